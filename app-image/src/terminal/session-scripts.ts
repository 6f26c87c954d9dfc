import type { Redis } from 'ioredis';
import { changed } from './envelope';

/** Milliseconds since 1970, of the one clock that all processes share. */
const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const create = `${now}
redis.call('ZREMRANGEBYSCORE', KEYS[2], 0, now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[1], 'owner', ARGV[4], 'cliTokenHash', ARGV[5], 'createdAt', now)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** Whoever had the seat looks at the record when it hears that it changed. */
const take = `
if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
local number = redis.call('HINCRBY', KEYS[1], 'seatsTaken', 1)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PUBLISH', KEYS[2], '${changed}')
return { number, redis.call('HGET', KEYS[1], ARGV[2]) }`;

const keep = `${now}
local record = redis.call('HMGET', KEYS[1], ARGV[1], 'createdAt')
if not record[2] then return 'ended' end
if record[1] ~= ARGV[2] then return 'replaced' end
if now - record[2] > tonumber(ARGV[6]) then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[4])
  return 'ended'
end
if ARGV[3] == '1' then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  redis.call('ZADD', KEYS[2], now + ARGV[5], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
return 'kept'`;

const giveBack = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1`;

const end = `
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('PUBLISH', KEYS[3], '${changed}')
redis.call('PUBLISH', KEYS[4], '${changed}')
return 1`;

type Key = string;
type Text = string;

export interface Scripts {
  createTerminalSession(
    session: Key,
    user: Key,
    id: Text,
    most: number,
    ms: number,
    owner: Text,
    cliTokenHash: Text,
  ): Promise<0 | 1>;
  takeTerminalSeat(
    session: Key,
    channel: Key,
    role: Text,
    otherRole: Text,
    seat: Text,
  ): Promise<readonly [number: number, other: string | null] | null>;
  keepTerminalSeat(
    session: Key,
    user: Key,
    role: Text,
    seat: Text,
    paired: 0 | 1,
    id: Text,
    ms: number,
    longestMs: number,
  ): Promise<'kept' | 'replaced' | 'ended'>;
  giveBackTerminalSeat(session: Key, role: Text, seat: Text): Promise<1>;
  endTerminalSession(session: Key, user: Key, cliChannel: Key, browserChannel: Key, id: Text): Promise<1>;
}

export function withScripts(redis: Redis): Redis & Scripts {
  redis.defineCommand('createTerminalSession', { lua: create, numberOfKeys: 2 });
  redis.defineCommand('takeTerminalSeat', { lua: take, numberOfKeys: 2 });
  redis.defineCommand('keepTerminalSeat', { lua: keep, numberOfKeys: 2 });
  redis.defineCommand('giveBackTerminalSeat', { lua: giveBack, numberOfKeys: 1 });
  redis.defineCommand('endTerminalSession', { lua: end, numberOfKeys: 4 });
  return redis as Redis & Scripts;
}
