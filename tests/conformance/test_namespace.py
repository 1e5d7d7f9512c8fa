"""One namespace for all cells: what is declared stays, can be declared again, and is one binding for every closure."""

import json
import re
from pathlib import Path

from dialogue import SYNTAX, Dialogue

GLOBALS = Path(__file__).resolve().parents[2] / "src" / "globals"

# How a name is declared, and an expression with the value that proves it.
KINDS = {
    "let": ("let X = 1", "typeof X", "'number'"),
    "const": ("const X = 'c'", "typeof X", "'string'"),
    "var": ("var X = true", "typeof X", "'boolean'"),
    "function": ("function X() {}", "typeof X", "'function'"),
    "async function": ("async function X() {}", "X() instanceof Promise", "true"),
    "class": ("class X { static mark = 'class' }", "X.mark", "'class'"),
    "enum": ("enum X { A = 7 }", "X.A", "7"),
    "const enum": ("const enum X { A = 8 }", "X.A", "8"),
    "namespace": ("namespace X { export const v = 3 }", "X.v", "3"),
    "import": ("import { basename as X } from 'node:path'", "X('a/d')", "'d'"),
    "import default": ("import X from 'node:path'", "X.basename('a/b')", "'b'"),
    "import *": ("import * as X from 'node:path'", "X.basename('a/c')", "'c'"),
    "object pattern": ("const { X } = { X: [1] }", "X", "[ 1 ]"),
    "array pattern": ("let [, X = 5] = [1] as number[]", "X", "5"),
    "export const": ("export const X = 10n", "X", "10n"),
    "awaited": ("const X = await Promise.resolve('late')", "X", "'late'"),
}


class Redeclaration(Dialogue):
    def test_every_kind_may_follow_every_kind(self):
        # One walk that takes every step from a kind to a kind, itself included.
        kinds = list(KINDS)
        walk = []
        for index, kind in enumerate(kinds):
            walk.append(kind)
            for other in kinds[index:]:
                walk.extend([other, kind] if other != kind else [kind])
        self.assertEqual(len(set(zip(walk, walk[1:]))), len(kinds) ** 2)
        for before, kind in zip([None, *walk], walk):
            with self.subTest(first=before, then=kind):
                declaration, expression, expected = KINDS[kind]
                self.shows(f"{declaration}\n{expression}", expected)

    def test_declaration_and_use_in_two_cells(self):
        for kind, (declaration, expression, expected) in KINDS.items():
            with self.subTest(kind=kind):
                self.runs(declaration)
                self.shows(expression, expected)

    def test_after_an_initialiser_that_threw(self):
        for keyword in ("let", "const", "var"):
            with self.subTest(keyword=keyword):
                self.fails(f"{keyword} broken = (() => {{ throw new Error('no') }})()", "Error: no")
                self.shows(f"{keyword} broken = 2; broken", "2")
        self.fails("class Broken { static x = (() => { throw new Error('no') })() }", "Error: no")
        self.shows("class Broken { static x = 3 }; Broken.x", "3")
        self.fails("const { broken2 } = null as any", "TypeError")
        self.shows("const { broken2 } = { broken2: 4 }; broken2", "4")

    def test_a_type_and_a_value_may_share_a_name(self):
        self.runs("interface Pet { name: string }", "const Pet = { make: (name: string): Pet => ({ name }) }")
        self.shows("Pet.make('Rex')", "{ name: 'Rex' }")


class OneBinding(Dialogue):
    def test_counter(self):
        self.shows("let n = 0; function inc() { return ++n }; inc()", "1")
        self.shows("inc(); n", "2")
        self.shows("n = 50; inc()", "51")
        self.shows("n", "51")

    def test_counter_declared_again(self):
        self.runs("let m = 0; const up = () => ++m")
        self.shows("let m = 50; up()", "51")
        self.shows("m", "51")

    def test_counter_over_both_ways_to_run(self):
        self.runs("let k = 0; const tick = async () => { await null; return ++k }")
        self.shows("await tick()", "1")
        self.shows("k = 50; await tick()", "51")
        self.shows("k", "51")

    def test_functions_call_later_definitions(self):
        self.runs("function outer() { return inner() }", "function inner() { return 'first' }")
        self.shows("outer()", "'first'")
        self.shows("function inner() { return 'second' }; outer()", "'second'")

    def test_function_declarations_are_hoisted_in_their_cell(self):
        self.shows("hoisted(); function hoisted() { return 'up' }", "'up'")
        self.shows("const early = hoistedToo(); function hoistedToo() { return 'up' }\nearly", "'up'")
        self.shows("const early2 = hoistedThree(); await null; function hoistedThree() { return 'up' }\nearly2", "'up'")

    def test_const_of_an_earlier_cell_cannot_be_assigned(self):
        self.runs("const fixed = 1")
        self.fails("fixed = 2", "^TypeError: Assignment to constant variable")
        self.fails("await null; fixed = 2", "^TypeError: Assignment to constant variable")
        self.fails("(() => { fixed++ })()", "^TypeError: Assignment to constant variable")
        self.shows("fixed", "1")
        self.fails("const here = 1; here = 2", "^TypeError: Assignment to constant variable")

    def test_a_frozen_property_with_the_name_of_a_const_is_no_constant(self):
        self.runs("const icy = 1; const lake = Object.freeze({ icy: 1, banks: { icy: 1 } })")
        for code in ("lake.icy = 2", "lake['icy'] = 2", "lake\n  .icy += 2", "({ a: lake.icy } = { a: 1 })", "lake.icy++"):
            self.fails(f";{code}", "^TypeError: Cannot assign to read only property 'icy' of object '#<Object>'")
        for code in ("[icy] = [2]", "({ icy } = { icy: 2 })", "for (icy of [2]);", "[lake.icy]; icy ??= 1; --icy"):
            self.fails(f";{code}", "^TypeError: Assignment to constant variable")

    def test_a_name_that_was_never_declared_is_a_reference_error(self):
        self.fails("neverDeclared", "^ReferenceError: neverDeclared is not defined")
        self.fails("neverDeclared = 1", "^ReferenceError: neverDeclared is not defined")

    def test_a_failed_async_cell_keeps_what_it_assigned(self):
        self.fails("const got = 1; await null; let second = 2; throw new Error('then')", "^Error: then")
        self.shows("[got, second]", "[ 1, 2 ]")

    def test_a_failed_blocking_cell_keeps_what_it_assigned(self):
        self.fails("const got3 = 3; throw new Error('then')", "^Error: then")
        self.shows("got3", "3")

    def test_a_cell_that_failed_before_a_name_leaves_it_as_it_was(self):
        declarations = ("let X = 2", "const X = 2", "class X {}", "enum X { B }", "namespace X { export const b = 1 }")
        for declaration in declarations:
            with self.subTest(declaration=declaration):
                self.runs("enum X { A }")
                self.fails(f"throw new Error('before'); {declaration}", "^Error: before")
                self.shows("X.A", "0")

    def test_names_of_blocks_and_functions_stay_inside(self):
        self.runs("{ let inside = 1 }\nfor (const item of [1]) {}\nfunction f() { var local = 1 }")
        for name in ("inside", "item", "local"):
            self.fails(name, "^ReferenceError")
        self.shows("for (var outside of [1, 2]) {}\noutside", "2")

    def test_a_person_may_use_the_names_that_the_kernel_gives(self):
        self.shows("const display = 1; display", "1")
        self.shows("let input = 'mine'; input", "'mine'")
        self.shows("const console2 = console; 1", "1")
        self.shows("const _ = 'underscore'; _", "'underscore'")


class Globals(Dialogue):
    fresh = True

    def test_a_cell_has_what_node_has_and_what_is_declared(self):
        names = "JSON.stringify(Object.getOwnPropertyNames(globalThis))"
        own = set(json.loads(self.runs(f"console.log({names})").stdout))
        node = set(
            json.loads(
                self.runs(
                    "import { execFileSync } from 'node:child_process'\n"
                    f"console.log(execFileSync(process.execPath, ['-p', {json.dumps(names)}], {{ encoding: 'utf8' }}))"
                ).stdout
            )
        )
        declared = {
            name
            for file in GLOBALS.glob("*.d.ts")
            # What stands in for another kernel's own is made for the cells that mention it.
            if file.name != "standins.d.ts"
            for name in re.findall(r"^export declare (?:var|function) (\w+)", file.read_text(), re.MULTILINE)
        }
        # What compiled code calls is nobody's to know.
        own = {name for name in own if not name.startswith('__tsk_')}
        self.assertEqual(own - node, declared)


class Reach(Dialogue):
    """Who sees the names of cells, and as what."""

    fresh = True

    def test_cells_and_what_they_evaluate(self):
        self.runs("let seen = 1; function f(own) { const inner = 2; return eval('[own, inner, seen, typeof unseen]') }")
        self.shows("f(3)", "[ 3, 2, 1, 'undefined' ]")
        self.shows("eval('seen = 4; let seen2 = seen; () => seen + seen2')()", "8")
        self.shows("eval('(' + f + ')')(5)", "[ 5, 2, 4, 'undefined' ]")
        self.fails("eval('seen(')", "^SyntaxError")

    def test_nobody_else(self):
        self.runs("var shared = 1; function called() {}; class Kept {}")
        self.shows("[globalThis.shared, 'called' in globalThis, (globalThis as any)['Kept']]", "[ undefined, false, undefined ]")
        self.shows("(0, eval)('typeof shared') + new Function('return typeof shared')()", "'undefinedundefined'")
        self.shows("Object.keys(globalThis).some((name) => name.includes('shared'))", "false")

    def test_a_type_that_is_asked_for(self):
        self.runs("const kinds = () => [typeof nobody, typeof (later), typeof kinds]")
        self.shows("kinds()", "[ 'undefined', 'undefined', 'function' ]")
        self.runs("let later = 1n")
        self.shows("kinds()[1]", "'bigint'")
        self.fails("typeof soon; let soon = 1", "^ReferenceError: Cannot access 'soon' before initialization")

    def test_before_its_declaration_a_name_can_be_neither_read_nor_assigned(self):
        for code in (
            "early = 1; const early = 2",
            "early = 1; let early",
            "[early] = [1]; let early",
            "({ early } = { early: 1 }); class early {}",
            "function set() { early = 1 } set(); let early = 2",
            "await null; early++; let early = 2",
            "early; import.meta; let early = 1",
            "for (early of [1]); const early = 1",
        ):
            with self.subTest(code=code):
                self.fails(code, "^ReferenceError: Cannot access 'early' before initialization$")
                self.fails("early", "^ReferenceError: early is not defined$")

    def test_messages_say_names_as_they_are_written(self):
        self.runs("const thing = { a: 1 }")
        self.fails("thing.missing()", "^TypeError: thing.missing is not a function$")
        self.fails("new thing()", "^TypeError: thing is not a constructor$")
        caught = self.runs("try { thing() } catch (error) { console.log(error.message.length) }")
        self.assertEqual(caught.stdout, "23\n")
        constant = self.runs("try { (thing as any) = 1 } catch (error) { console.log(error.message) }")
        self.assertEqual(constant.stdout, "Assignment to constant variable.\n")
        printed = self.runs("await Promise.resolve().then(() => (thing as any)()).catch((e) => console.log(e.message, [e.message]))")
        self.assertEqual(printed.stdout, "thing is not a function [ 'thing is not a function' ]\n")
        self.shows("Promise.resolve().then(() => (thing as any)()).catch((e) => e.message).then((m) => (globalThis.m = m)); await null; await null; await null; globalThis.m", "'thing is not a function'")

        parts = self.runs("try { thing() } catch ({ message, name: [first] }) { console.log(message.length, first) }")
        self.assertEqual(parts.stdout, "23 T\n")
        for handler in ("(e) => e.message.length", "({ message }) => message.length", "function (e) { return e.message.length }", "e => { return e.message.length }"):
            self.shows(f"await Promise.resolve().then(() => (thing as any)()).catch({handler})", "23")
            self.shows(f"await Promise.reject(1).catch(() => (thing as any)()).then(null, {handler})", "23")

    def test_what_lists_the_global_object_knows_no_names_of_cells(self):
        self.runs("const hidden1 = 1; function hidden2() {}")
        names = "[Object.getOwnPropertyNames(globalThis), Reflect.ownKeys(globalThis), Object.keys(Object.getOwnPropertyDescriptors(globalThis))]"
        self.shows(f"{names}.map((all) => [all.includes('Object'), all.filter((name) => /hidden/.test(String(name)))])", "[ [ true, [] ], [ true, [] ], [ true, [] ] ]")
        self.shows("[Object.getOwnPropertyNames, Reflect.ownKeys].map((list) => [list.name, list.length, String(list), 'prototype' in list])", "[\n  [\n    'getOwnPropertyNames',\n    1,\n    'function getOwnPropertyNames() { [native code] }',\n    false\n  ],\n  [ 'ownKeys', 1, 'function ownKeys() { [native code] }', false ]\n]")
        self.shows("[Object.getOwnPropertyNames({ a: 1 }), Reflect.ownKeys([1])]", "[ [ 'a' ], [ '0', 'length' ] ]")

    def test_an_invisible_letter_of_ones_own_stays(self):
        self.assertEqual(self.runs("console.log('a\uffa0b')").stdout, "a\uffa0b\n")
        self.shows("'\uffa0' + '\u1160'.length", "'\uffa01'")
        self.fails("throw new Error('a\uffa0b')", "^Error: a\uffa0b$")
        self.shows("const \uffa0 = 5; \uffa0", "5")

    def test_functions_have_the_names_and_texts_that_they_have_in_the_source(self):
        self.shows("const arrow = () => 1, anonymous = function () {}, Kind = class {}; [arrow.name, anonymous.name, Kind.name]", "[ 'arrow', 'anonymous', 'Kind' ]")
        self.shows("let assigned; assigned = async () => 1; const { fallen = () => 1 } = {}; [assigned.name, fallen.name]", "[ 'assigned', 'fallen' ]")
        self.shows("const told = (a) => { try { return arrow(a) } catch (e) { return typeof nobody } }; String(told)", "'(a) => { try { return arrow(a) } catch (e) { return typeof nobody } }'")
        for text in ("() => later().catch((e) => e.message)", "() => later().catch(({ message, name }) => ({ message, name }))", "() => { try { f() } catch ({ message, a: [b] }) { throw message } }"):
            self.shows(f"const source = {text}; String(source) === {json.dumps(text)} || String(source)", "true")


class RealmNames(Dialogue):
    """A cell may take a name that the realm has: it is the cells' own, and libraries, Node and the kernel keep theirs."""

    fresh = True

    def test_an_import_of_set_timeout(self):
        self.runs("import { setTimeout } from 'node:timers/promises'")
        self.shows("await setTimeout(1, 'mine')", "'mine'")
        self.shows("await (await import('node:timers/promises')).setTimeout(1, 'the same')", "'the same'")
        self.shows("const { promisify } = require('node:util'); typeof globalThis.setTimeout(() => {}, 1)", "'object'")
        self.runs("%reset")
        self.shows("typeof setTimeout(() => {}, 1)", "'object'")

    def test_a_class_map(self):
        self.runs("class Map<K> { constructor(readonly key: K) {} copy() { return new Map(this.key) } }")
        self.shows("new Map('a').copy()", "Map { key: 'a' }")
        self.shows("import { basename } from 'node:path'\nbasename('/x/y')", "'y'")
        self.shows("[...new globalThis.Map([[1, 2]])]", "[ [ 1, 2 ] ]")
        self.shows("new Map(1) instanceof Map", "true")

    def test_every_builtin_class(self):
        for name in ("Set", "Symbol", "Number", "Array", "Promise", "Object", "String", "Reflect", "Error", "URL", "JSON"):
            with self.subTest(name=name):
                self.shows(f"class {name} {{}}\n{name}.name", f"'{name}'")
        self.shows("({ a: [1, 'two'] })", "{ a: [ 1, 'two' ] }")
        self.shows("import { dirname } from 'node:path'\nawait null\ndirname('a/b')", "'a'")
        self.fails("null.x", "^TypeError: Cannot read properties of null")

    def test_a_constant_url(self):
        self.runs("const URL = 'http://127.0.0.1:9/'")
        self.fails("await fetch(URL)", "^TypeError: fetch failed")
        self.fails("URL()", "^TypeError: URL is not a function$")
        self.runs("const there = () => URL")
        self.shows("const URL = 'changed'; there()", "'changed'")
        self.shows("String(there)", "'() => URL'")
        self.runs("%reset")
        self.shows("new URL('http://a.b').host", "'a.b'")

    def test_they_are_listed_like_others(self):
        self.runs("const URL = 1, globalThis = 2; enum Symbol { A }")
        self.assertEqual(self.run_cell("%who").stdout.split(), ["URL", "globalThis", "Symbol"])
        self.shows("[URL, globalThis, Symbol.A, Symbol[0]]", "[ 1, 2, 0, 'A' ]")

    def test_a_cell_that_fails_first_takes_nothing(self):
        self.fails("throw new Error('first'); const URL = 1", "^Error: first")
        self.shows("typeof URL", "'function'")
        self.runs("const URL = 1")
        self.fails("throw new Error('again'); const URL = 2", "^Error: again")
        self.shows("URL", "1")


class Overwritten(Dialogue):
    """A person may spoil the realm; the kernel took along what it needs."""

    fresh = True

    def spoil(self, name):
        self.runs(f"const spared = {name}; (({name} as any) = null); undefined")
        self.shows("({ a: [1, 2] })", "{ a: [ 1, 2 ] }")
        self.assertEqual(self.runs("console.log('still', [1]); display.html('<b>1</b>')").stdout, "still [ 1 ]\n")
        self.shows("await 2", "2")
        self.assertIn(":1:7", self.fails("throw new Error('here')", "^Error: here").traceback)
        self.runs(f"({name} as any) = spared")
        self.shows("[1].map((x) => x + 1)", "[ 2 ]")

    def test_json(self):
        self.spoil("globalThis.JSON")

    def test_map_of_arrays(self):
        self.spoil("Array.prototype.map")

    def test_promise(self):
        self.spoil("globalThis.Promise")

    def test_then_of_promises(self):
        self.spoil("Promise.prototype.then")

    def test_map(self):
        self.spoil("globalThis.Map")

    def test_console(self):
        self.runs("(globalThis.console as any) = null; undefined")
        self.shows("({ a: [1, 2] })", "{ a: [ 1, 2 ] }")
        self.fails("throw new Error('here')", "^Error: here")

    def test_apply_of_functions(self):
        self.spoil("Function.prototype.apply")


class Awaiting(Dialogue):
    def test_top_level_await_wherever_the_language_allows_it(self):
        for code, expected in [
            ("await Promise.resolve(1)", "1"),
            ("await (Promise.resolve(2))", "2"),
            ("await [3]", "[ 3 ]"),
            ("await { four: 4 }", "{ four: 4 }"),
            ("await `five`", "'five'"),
            ("(await Promise.resolve([6]))[0]", "6"),
            ("({ [await Promise.resolve('seven')]: 7 })", "{ seven: 7 }"),
            ("class Eight extends (await Promise.resolve(Map)) {}; new Eight() instanceof Map", "true"),
            ("`${await Promise.resolve(9)}`", "'9'"),
            ("const { ten = await Promise.resolve(10) } = {} as { ten?: number }; ten", "10"),
            ("let sum = 0; for await (const x of [Promise.resolve(5), 6]) sum += x; sum", "11"),
            ("if (await Promise.resolve(true)) 'twelve'", "'twelve'"),
            ("const thirteen = async () => { await null; return 13 }; await thirteen()", "13"),
            ("class Fourteen { [await Promise.resolve('key')] = 14 }; new Fourteen()", "Fourteen { key: 14 }"),
        ]:
            with self.subTest(code=code):
                self.shows(code, expected)

    def test_await_using(self):
        cell = self.runs("{ await using r = { async [Symbol.asyncDispose]() { console.log('let go') } }; console.log('held') }")
        self.assertEqual(cell.stdout, "held\nlet go\n")

    def test_using(self):
        cell = self.runs("{ using r = { [Symbol.dispose]() { console.log('let go') } }; console.log('held') }")
        self.assertEqual(cell.stdout, "held\nlet go\n")

    def test_await_inside_functions_only_does_not_make_the_cell_wait(self):
        cell = self.shows("async function waits() { await new Promise(() => {}) }\nvoid waits(); 'at once'", "'at once'")
        self.assertEqual(cell.status, "ok")

    def test_await_in_a_function_that_is_not_async_says_which(self):
        cell = self.fails("function load() {\n  await null\n}", SYNTAX)
        self.assertRegex(cell.error, "load")
        self.assertRegex(cell.traceback, "Make the function .load. async")
        self.assertRegex(cell.traceback, r":2:3")

    def test_a_rejected_await_is_the_cells_error(self):
        self.fails("await Promise.reject(new TypeError('gone'))", "^TypeError: gone")

    def test_awaiting_cells_run_one_after_the_other(self):
        first = self.kernel.send("await new Promise((r) => setTimeout(r, 50)); console.log('first'); var order = ['first']")
        second = self.kernel.send("order.push('second'); order")
        self.assertEqual(self.kernel.finish(second).result, "[ 'first', 'second' ]")
        self.assertEqual(self.kernel.finish(first).stdout, "first\n")
