// The entry of dist/compiler.cjs: what the main thread does with no more of TypeScript than its parser. It compiles nearly all
// cells, says whether one is finished, and completes until there are types.

export { bindingsAt, renameIn } from '../compile/bindings';
export { compileInput } from '../compile/console';
export {
  compileErasable,
  compileExpression,
  completenessOf,
  markEvaluated,
  namesAt,
} from '../compile/erasing';
export { pendingAt } from '../compile/pending';
export { signatureAt } from '../compile/signature';
export { completeUntyped, valueAt } from './untyped';
