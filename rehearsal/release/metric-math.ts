import jsep from 'jsep';

/** A metric's values at one point in time. Those that are missing are not there, as in CloudWatch. */
export type Values = Readonly<Record<string, number | undefined>>;
type Value = number | undefined;

// Operators of CloudWatch that jsep does not know, or knows as something else.
jsep.addBinaryOp('AND', 2);
jsep.addBinaryOp('OR', 1);
jsep.addBinaryOp('^', 11, true);

const operators: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
};

/** Over several metrics at one time, `MAX([m1, m2])`; those that are missing do not count. */
const aggregates: Readonly<Record<string, (values: readonly number[]) => number>> = {
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

const unary: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

/**
 * Evaluates a metric math expression for one period, as CloudWatch does it point by point. What is missing makes missing
 * whatever needs it, and so does a division by zero. Functions that look at several periods (RATE, RUNNING_SUM,
 * METRICS …) are refused rather than guessed.
 *
 * A number inside of an expression, such as the 50 of `requests >= 50`, stands for what happens in one period of AWS.
 * It is not divided when the period is: at ten times the speed the load has to bring as many requests in a tenth of
 * the time.
 *
 * @throws {Error} that names what is not known, and the expression
 */
export function evaluate(expression: string, values: Values): Value {
  const fail = (problem: string): never => {
    throw new Error(`Metric math ${JSON.stringify(expression)}: ${problem}`);
  };
  const of = (node: unknown): Value => {
    const value = resolve(node as jsep.CoreExpression);
    return value === undefined || Number.isFinite(value) ? value : undefined;
  };
  const list = (nodes: readonly unknown[]): unknown[] =>
    nodes.flatMap((node) => {
      const core = node as jsep.CoreExpression;
      return core.type === 'ArrayExpression' ? list(core.elements) : [core];
    });

  function resolve(node: jsep.CoreExpression): Value {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'number'
          ? node.value
          : fail(`${node.raw} is no number; only numbers are allowed.`);
      case 'Identifier':
        return node.name in values
          ? values[node.name]
          : fail(`there is no metric ${node.name}; there are: ${Object.keys(values).join(', ') || 'none'}.`);
      case 'UnaryExpression': {
        const value = of(node.argument);
        if (node.operator !== '-') return fail(`operator ${node.operator} is not known; allowed is -.`);
        return value === undefined ? undefined : -value;
      }
      case 'BinaryExpression': {
        const operator = operators[node.operator];
        if (operator === undefined)
          return fail(`operator ${node.operator} is not known; known: ${Object.keys(operators).join(' ')}.`);
        const [left, right] = [of(node.left), of(node.right)];
        return left === undefined || right === undefined ? undefined : operator(left, right);
      }
      case 'CallExpression':
        return call(String((node.callee as jsep.Identifier).name), node.arguments);
      default:
        return fail(`${node.type} is not understood; use numbers, metrics, operators and functions.`);
    }
  }

  function call(name: string, args: readonly unknown[]): Value {
    const expect = (count: number) => {
      if (args.length !== count) fail(`${name} takes ${count} arguments, not ${args.length}.`);
    };
    if (name === 'IF') {
      expect(3);
      const condition = of(args[0]);
      return condition === undefined ? undefined : of(args[condition === 0 ? 2 : 1]);
    }
    if (name === 'FILL') {
      expect(2);
      return of(args[0]) ?? of(args[1]);
    }
    if (Object.hasOwn(unary, name)) {
      expect(1);
      const value = of(args[0]);
      return value === undefined ? undefined : unary[name]?.(value);
    }
    if (Object.hasOwn(aggregates, name)) {
      const present = list(args).flatMap((node) => of(node) ?? []);
      return present.length === 0 ? undefined : aggregates[name]?.(present);
    }
    const known = ['IF', 'FILL', ...Object.keys(unary), ...Object.keys(aggregates)].join(', ');
    return fail(`function ${name} is not known here; known: ${known}. Add it to metric-math.ts.`);
  }

  let parsed: jsep.Expression;
  try {
    parsed = jsep(expression);
  } catch (error) {
    return fail(`${(error as Error).message}.`);
  }
  return of(parsed);
}
