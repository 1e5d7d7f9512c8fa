// Faults: what a kernel must survive, each with a count. One file, so that they run one after the other, also on a machine
// of two cores, and end with one report.
import { afterAll } from '@jest/globals';
import './frames';
import './clients';
import './lifetimes';
import './interrupts';
import './workers';
import './endurance';
import './disks';
import './addresses';
import './realms';
import { writeReport } from './report';

afterAll(writeReport);
