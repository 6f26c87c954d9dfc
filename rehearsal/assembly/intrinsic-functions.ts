/** Resolves what a function of a template is given, within the place where it stands. */
export interface Scope {
  /** A part of the function's argument; the steps lead to it. */
  resolve(value: unknown, ...steps: (string | number)[]): unknown;
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  exported(name: string): unknown;
  condition(name: string): boolean;
  mapped(map: string, key: string, secondKey: string): unknown;
  /** Throws; the message says where. */
  fail(why: string): never;
}

type IntrinsicFunction = (argument: unknown, scope: Scope) => unknown;

/** In place of a property or an element: leave it out. */
export const noValue = Symbol('AWS::NoValue');

const quoted = (value: unknown) => (value === noValue ? 'AWS::NoValue' : JSON.stringify(value));

function textOf(value: unknown, scope: Scope, what: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return scope.fail(`${what} has to be text, and is ${quoted(value)}`);
}

function listOf(value: unknown, scope: Scope, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : scope.fail(`${what} has to be a list, and is ${quoted(value)}`);
}

/** The arguments of a function that takes a fixed number of them, unresolved: some are never looked at. */
function argumentsOf(argument: unknown, scope: Scope, names: readonly string[]): readonly unknown[] {
  const list = listOf(argument, scope, 'its argument');
  return list.length === names.length
    ? list
    : scope.fail(`it takes ${names.join(', ')}, and is given ${list.length} argument(s)`);
}

/** As in `Fn::If`, which names one, and in `Fn::And`, which holds some. */
function holds(value: unknown, scope: Scope, ...steps: (string | number)[]): boolean {
  const name = typeof value === 'object' && value !== null && (value as { Condition?: unknown }).Condition;
  if (typeof name === 'string') return scope.condition(name);
  const result = scope.resolve(value, ...steps);
  return typeof result === 'boolean'
    ? result
    : scope.fail(`a condition has to be true or false, not ${quoted(result)}`);
}

const conditionsOf = (argument: unknown, scope: Scope): boolean[] =>
  listOf(argument, scope, 'its argument').map((each, index) => holds(each, scope, index));

function substitute(text: string, own: Readonly<Record<string, unknown>>, scope: Scope): string {
  return text.replaceAll(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const [logicalId = '', ...attribute] = name.split('.');
    const value = Object.hasOwn(own, name)
      ? scope.resolve(own[name], 1, name)
      : attribute.length > 0
        ? scope.attribute(logicalId, attribute.join('.'))
        : scope.ref(name);
    return textOf(value, scope, `\${${name}}`);
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
export const intrinsicFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (name, scope) => scope.ref(textOf(name, scope, 'its argument')),

  'Fn::GetAtt': (argument, scope) => {
    // One text in YAML templates, where the attribute may have dots itself.
    const [logicalId, ...attribute] =
      typeof argument === 'string' ? argument.split('.') : listOf(argument, scope, 'it');
    const name = attribute.map((each, index) => textOf(scope.resolve(each, index + 1), scope, 'the attribute'));
    return scope.attribute(textOf(logicalId, scope, 'the logical id'), name.join('.'));
  },

  'Fn::Join': (argument, scope) => {
    const [delimiter, list] = argumentsOf(argument, scope, ['a delimiter', 'a list']);
    return listOf(scope.resolve(list, 1), scope, 'what it joins')
      .map((part, index) => textOf(part, scope, `part ${index}`))
      .join(textOf(delimiter, scope, 'the delimiter'));
  },

  'Fn::Sub': (argument, scope) => {
    if (typeof argument === 'string') return substitute(argument, {}, scope);
    const [text, own] = argumentsOf(argument, scope, ['a text', 'values by name']);
    return substitute(textOf(text, scope, 'the text'), own as Readonly<Record<string, unknown>>, scope);
  },

  'Fn::Select': (argument, scope) => {
    const [index, list] = argumentsOf(argument, scope, ['an index', 'a list']);
    const from = listOf(scope.resolve(list, 1), scope, 'what it selects from');
    const position = Number(textOf(scope.resolve(index, 0), scope, 'the index'));
    return position in from
      ? from[position]
      : scope.fail(`there is no element ${quoted(index)} in a list of ${from.length}: ${quoted(from)}`);
  },

  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = argumentsOf(argument, scope, ['a delimiter', 'a text']);
    return textOf(scope.resolve(text, 1), scope, 'what it splits').split(textOf(delimiter, scope, 'the delimiter'));
  },

  'Fn::Base64': (argument, scope) =>
    Buffer.from(textOf(scope.resolve(argument), scope, 'what it encodes')).toString('base64'),

  'Fn::FindInMap': (argument, scope) => {
    const [map, key, secondKey] = argumentsOf(argument, scope, ['a map', 'a key', 'a second key']).map((each, index) =>
      textOf(scope.resolve(each, index), scope, 'each of its arguments'),
    );
    return scope.mapped(map ?? '', key ?? '', secondKey ?? '');
  },

  'Fn::ImportValue': (argument, scope) =>
    scope.exported(textOf(scope.resolve(argument), scope, 'the name of the export')),

  'Fn::If': (argument, scope) => {
    const [name, yes, no] = argumentsOf(argument, scope, ['a condition', 'a value', 'another value']);
    // The other one may refer to what the condition leaves out.
    return scope.condition(textOf(name, scope, 'the condition')) ? scope.resolve(yes, 1) : scope.resolve(no, 2);
  },

  'Fn::Equals': (argument, scope) => {
    const [left, right] = argumentsOf(argument, scope, ['a value', 'another value']).map((each, index) =>
      textOf(scope.resolve(each, index), scope, 'each side'),
    );
    return left === right;
  },
  'Fn::And': (argument, scope) => conditionsOf(argument, scope).every(Boolean),
  'Fn::Or': (argument, scope) => conditionsOf(argument, scope).some(Boolean),
  'Fn::Not': (argument, scope) => {
    const [condition] = argumentsOf(argument, scope, ['a condition']);
    return !holds(condition, scope, 0);
  },
};

/** A value of a template that is a call: its only key names the function. */
export function callIn(value: object): { readonly name: string; readonly argument: unknown } | undefined {
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::')) ? { name, argument } : undefined;
}
