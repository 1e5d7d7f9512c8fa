// Plain objects that describe a picture: Vega, Vega-Lite, Plotly, GeoJSON.
// Rule: looks at own data properties only, and claims an object only when its shape leaves no doubt.
import { getOwnPropertyDescriptor, isArray, isPlainObject } from '../realm/builtins';
import type { RawBundle } from './bundle';

/** The newest major version of each that the pages of JupyterLab draw. */
const drawn = { vega: 5, vegalite: 5 } as const;

const geometries: { readonly [type: string]: string } = {
  Point: 'coordinates',
  MultiPoint: 'coordinates',
  LineString: 'coordinates',
  MultiLineString: 'coordinates',
  Polygon: 'coordinates',
  MultiPolygon: 'coordinates',
  GeometryCollection: 'geometries',
  Feature: 'geometry',
  FeatureCollection: 'features',
};

/** @returns a draft without text/plain, or undefined when the object is an object like others. */
export function specificationDraft(value: object): RawBundle | undefined {
  const schema = own(value, '$schema');
  if (typeof schema === 'string') return vegaDraft(value, schema);
  const type = own(value, 'type');
  if (typeof type === 'string')
    return isGeoJson(value, type) ? { data: { 'application/geo+json': value } } : undefined;
  return isPlotly(value) ? plotlyDraft(value) : undefined;
}

/**
 * The MIME type goes by the version of the schema. A version newer than what pages draw gets the newest drawn one
 * as well: most specifications are the same in both.
 */
export function vegaDraft(specification: object, schema: string): RawBundle | undefined {
  const match = /\/(vega|vega-lite)\/v(\d+)/.exec(schema);
  if (!match) return undefined;
  const kind = match[1] === 'vega' ? 'vega' : 'vegalite';
  const version = Number(match[2]);
  const data: Record<string, unknown> = { [`application/vnd.${kind}.v${version}+json`]: specification };
  if (version > drawn[kind]) data[`application/vnd.${kind}.v${drawn[kind]}+json`] = specification;
  return { data };
}

function isGeoJson(value: object, type: string): boolean {
  const member = geometries[type];
  if (member === undefined) return false;
  const content = own(value, member);
  return type === 'Feature' ? content === null || isPlainObject(content) : isArray(content);
}

/** Pages that cannot draw it show the text. */
function plotlyDraft(figure: object): RawBundle {
  const traces = (own(figure, 'data') as object[]).map((trace) => String(own(trace, 'type')));
  const kinds = [...new Set(traces)].join(', ');
  const text = `Plotly figure: ${traces.length} ${traces.length === 1 ? 'trace' : 'traces'} (${kinds})`;
  const hint =
    'JupyterLab draws it after pip install plotly where JupyterLab runs, and a reload of the page.';
  return { data: { 'application/vnd.plotly.v1+json': figure, 'text/plain': `${text}\n${hint}` } };
}

function isPlotly(value: object): boolean {
  const data = own(value, 'data');
  if (!isArray(data) || !isPlainObject(own(value, 'layout'))) return false;
  for (const trace of data) if (!isPlainObject(trace)) return false;
  return data.length > 0 && typeof own(data[0] as object, 'type') === 'string';
}

function own(value: object, key: string): unknown {
  return getOwnPropertyDescriptor(value, key)?.value;
}
