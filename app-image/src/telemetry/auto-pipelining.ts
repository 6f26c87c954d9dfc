import { type Context, context } from '@opentelemetry/api';
import type { Command } from 'ioredis';

interface Sender {
  sendCommand(command: Command, ...rest: unknown[]): unknown;
}

/**
 * Auto-pipelining sends the commands of several requests together, from the first one's context: all of them would
 * become children of that request. So each remembers the context it was given in.
 */
export function keepContexts(): void {
  // Not a static import: ioredis is patched as it is loaded, so it is loaded after the instrumentation.
  const { Pipeline, Redis } = require('ioredis') as typeof import('ioredis');
  const batch: Sender = Pipeline.prototype;
  const connection: Sender = Redis.prototype;
  const givenIn = new WeakMap<Command, Context>();
  const { sendCommand: enqueue } = batch;
  const { sendCommand: send } = connection;

  batch.sendCommand = function (command, ...rest) {
    givenIn.set(command, context.active());
    return enqueue.call(this, command, ...rest);
  };
  connection.sendCommand = function (command, ...rest) {
    return context.with(givenIn.get(command) ?? context.active(), () => send.call(this, command, ...rest));
  };
}
