// What was found in the latest cells: told to who asks for it, or else to who shows it under the cell.
// Rule: of each cell one check is told, and a second one only when a package turns out to be there that its types could come from.
import type { CellId, ErrorPlace } from '../api';
import type { Warning } from '../text/warnings';
import type { Check, LanguageEvent, LanguageQuestions } from '../threads/language-protocol';
import { answerTo, type Reply, type Request } from '../threads/requests';
import { typesPackageOf } from './answers/diagnostics';
import { adviceFrom, findingsAt, suggestionsIn } from './answers/failure';
import { diagnosticsOf, displayOf } from './answers/warnings';
import type { Finding } from './answers/wording';
import type { CellModule } from './notebook/module';
import type { Unchecked } from './observed-cells';
import type { TypesPackages } from './types/packages';

/** How many cells that were checked are kept to be asked about. */
const keptChecks = 8;

const answer = answerTo<LanguageQuestions>();

/** @returns nothing where no front end shows the cell */
export type IsToldElsewhere = (cell: CellModule) => ((finding: Finding) => boolean) | undefined;

/** A cell that was checked. */
interface Checked {
  readonly id: CellId;
  readonly cell: CellModule;
  readonly findings: readonly Finding[];
  /** Those that a front end shows where the cell is typed: they are not shown under it as well. */
  readonly told: ReadonlySet<Finding>;
  /** What is wrong with the notebook's settings: told with the first cell. */
  readonly settings: readonly Warning[];
}

/** All that a successor has to know, as data. */
export interface ToldState {
  readonly checked: ReadonlyMap<CellId, Checked>;
  readonly isReported: boolean;
}

export interface ToldChecksOptions {
  readonly packages: TypesPackages;
  /** Which findings a front end shows where a cell is typed. */
  readonly isToldElsewhere: IsToldElsewhere;
  /** What is wrong with the settings of the notebook. */
  warnOfSettings(): readonly Warning[];
  post(message: Reply | LanguageEvent): void;
}

export class ToldChecks {
  readonly #options: ToldChecksOptions;
  /** The latest cells, the oldest first: of those that run beside each other any may be asked about. */
  readonly #checked = new Map<CellId, Checked>();
  /** Requests for checks that have not been made. */
  #awaited: Request<LanguageQuestions, 'check'>[] = [];
  #isReported = false;

  constructor(options: ToldChecksOptions) {
    this.#options = options;
  }

  get state(): ToldState {
    return { checked: this.#checked, isReported: this.#isReported };
  }

  restore({ checked, isReported }: ToldState): void {
    for (const [id, one] of checked) this.#checked.set(id, one);
    this.#isReported = isReported;
  }

  /** Somebody asks for the check of a cell: told as soon as it is made. */
  await(request: Request<LanguageQuestions, 'check'>): void {
    this.#awaited.push(request);
  }

  /** Whether somebody waits for a check. */
  get areAwaited(): boolean {
    return this.#awaited.length > 0;
  }

  /** A cell was checked. */
  tell({ id, cell, types, repeats }: Unchecked, findings: readonly Finding[]): void {
    if (types === 'off') return;
    const isTold = repeats || findings.length === 0 ? undefined : this.#options.isToldElsewhere(cell);
    const checked = {
      id,
      cell,
      findings: this.#withoutVainHints(findings),
      told: new Set(isTold && findings.filter(isTold)),
      settings: this.#takeSettingsReport(),
    };
    this.#checked.set(id, checked);
    if (this.#checked.size > keptChecks) this.#checked.delete(this.#checked.keys().next().value!);
    this.#askForTypes(checked, findings);
    if (this.#awaited.some((request) => request.cell === id)) return;
    this.#post(checked);
  }

  /** Answers who asks for a check that was made, and for one that will not be made. */
  answer(isComing: (id: CellId) => boolean): void {
    this.#awaited = this.#awaited.filter((request) => {
      const { cell: id, failure, isShown } = request;
      const checked = this.#checked.get(id);
      if (!checked && isComing(id)) return true;
      this.#options.post(answer(request, checked && checkOf(checked, failure, isShown)));
      return false;
    });
  }

  forget(): void {
    this.#checked.clear();
  }

  /** Without hints to install what is not there, or not known to be. */
  #withoutVainHints(findings: readonly Finding[]): readonly Finding[] {
    return findings.filter((finding) => {
      const name = typesPackageOf(finding);
      return name === undefined || this.#options.packages.has(name);
    });
  }

  /** Nothing waits for the answer: a hint is told when it comes, while the cell is one of the latest. */
  #askForTypes(checked: Checked, findings: readonly Finding[]): void {
    const names = findings.flatMap((finding) => typesPackageOf(finding) ?? []);
    void this.#options.packages.ask(names)?.then((isThere) => {
      if (!isThere || this.#checked.get(checked.id) !== checked) return;
      const complete = { ...checked, findings: this.#withoutVainHints(findings) };
      this.#checked.set(checked.id, complete);
      this.#post(complete);
    });
  }

  #takeSettingsReport(): readonly Warning[] {
    if (this.#isReported) return [];
    this.#isReported = true;
    return this.#options.warnOfSettings();
  }

  #post(checked: Checked): void {
    this.#options.post({ kind: 'checked', cell: checked.id, check: checkOf(checked) });
  }
}

/** @param isShown the error was shown without what there is to say of its place: what it lacked is a hint then */
function checkOf({ cell, findings, told, settings }: Checked, failure?: ErrorPlace, isShown = false): Check {
  const causes = failure ? findingsAt(failure, findings, cell) : new Set<Finding>();
  const advice = adviceFrom(causes);
  const rest = findings.filter((finding) => !causes.has(finding) && !told.has(finding));
  const warnings = displayOf(rest, cell, settings, isShown ? suggestionsIn(advice) : []);
  return {
    diagnostics: diagnosticsOf(findings, cell),
    advice,
    ...(warnings && { warnings }),
  };
}
