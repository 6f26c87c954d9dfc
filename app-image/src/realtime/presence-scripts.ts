import type { Redis } from 'ioredis';

/** In Redis, each of them at once: between two commands another process could take the seat. */

export const processesKey = 'presence:processes';
export const meetingsOfProcess = (process: string) => `presence:process:${process}:meetings`;
export const usersOfProcess = (process: string) => `presence:process:${process}:users`;
export const participantsOf = (meetingId: string) => `meeting:${meetingId}:participants`;

/** KEYS: participants, meetings of the process. ARGV: user, entry, meeting. @returns who had the seat */
const enterMeeting = `
local previous = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
return previous`;

/** KEYS: participants. ARGV: user, socket. Whoever took the seat over keeps it. */
const leaveMeeting = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and cjson.decode(held).socketId == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end`;

/** KEYS: participants. ARGV: user, socket, entry. */
const updateParticipant = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and cjson.decode(held).socketId == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end`;

/**
 * KEYS: processes. ARGV: this process, milliseconds after which a silent one counts as gone, whether to look for such.
 * One that was silent itself, as it may be while Redis hangs, looks for nobody.
 * @returns whether this process was known, and the entries of those that went with theirs
 */
const beat = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
local lost = {}
if ARGV[3] == '1' and known and now - known < tonumber(ARGV[2]) then
  for _, process in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])) do
    local meetings = 'presence:process:' .. process .. ':meetings'
    for _, meeting in ipairs(redis.call('SMEMBERS', meetings)) do
      local participants = 'meeting:' .. meeting .. ':participants'
      for _, entry in ipairs(redis.call('HVALS', participants)) do
        local participant = cjson.decode(entry)
        if participant.process == process then
          redis.call('HDEL', participants, participant.userId)
          lost[#lost + 1] = entry
        end
      end
    end
    redis.call('DEL', meetings, 'presence:process:' .. process .. ':users')
    redis.call('ZREM', KEYS[1], process)
  end
end
return { known and 1 or 0, lost }`;

/**
 * KEYS: meetings and users of this process. ARGV: this process, the number of its users, its users, its entries.
 * @returns the sockets whose seat somebody took over meanwhile, the entries of those whose seat one of them took over,
 * and the meetings that somebody was taken out of
 */
const restoreProcess = `
local mine = {}
for index = 3 + ARGV[2], #ARGV do mine[cjson.decode(ARGV[index]).socketId] = true end
local changed = {}
for _, meeting in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local participants = 'meeting:' .. meeting .. ':participants'
  for _, entry in ipairs(redis.call('HVALS', participants)) do
    local participant = cjson.decode(entry)
    if participant.process == ARGV[1] and not mine[participant.socketId] then
      redis.call('HDEL', participants, participant.userId)
      changed[#changed + 1] = meeting
    end
  end
end
redis.call('DEL', KEYS[1], KEYS[2])
for index = 3, 2 + ARGV[2] do redis.call('SADD', KEYS[2], ARGV[index]) end
local lost = {}
local displaced = {}
for index = 3 + ARGV[2], #ARGV do
  local participant = cjson.decode(ARGV[index])
  local participants = 'meeting:' .. participant.meetingId .. ':participants'
  local held = redis.call('HGET', participants, participant.userId)
  local other = held and cjson.decode(held)
  local isOther = other and other.socketId ~= participant.socketId
  if isOther and other.joinedAt > participant.joinedAt then
    lost[#lost + 1] = participant.socketId
  else
    if isOther then displaced[#displaced + 1] = held end
    redis.call('HSET', participants, participant.userId, ARGV[index])
    redis.call('SADD', KEYS[1], participant.meetingId)
  end
end
return { lost, displaced, changed }`;

type Values = readonly (string | number)[];

export type PresenceCommands = Redis & {
  enterMeeting(...keysAndValues: Values): Promise<string | null>;
  leaveMeeting(...keysAndValues: Values): Promise<null>;
  updateParticipant(...keysAndValues: Values): Promise<null>;
  beat(...keysAndValues: Values): Promise<[known: number, lost: string[]]>;
  restoreProcess(...keysAndValues: Values): Promise<[lost: string[], displaced: string[], changed: string[]]>;
};

export function withPresenceCommands(redis: Redis): PresenceCommands {
  redis.defineCommand('enterMeeting', { numberOfKeys: 2, lua: enterMeeting });
  redis.defineCommand('leaveMeeting', { numberOfKeys: 1, lua: leaveMeeting });
  redis.defineCommand('updateParticipant', { numberOfKeys: 1, lua: updateParticipant });
  redis.defineCommand('beat', { numberOfKeys: 1, lua: beat });
  redis.defineCommand('restoreProcess', { numberOfKeys: 2, lua: restoreProcess });
  return redis as PresenceCommands;
}
