-- Keep a member's balance unless a newer one stands there. Answers 1 when this or a newer one is
-- kept, 0 when the write came too late to be trusted.
--
-- KEYS[1]  the member's key
-- ARGV     header, rank, body, begun, fresh, late, long, short
--          `begun`: when the database was read, in microseconds on this server's clock;
--          `fresh` and `late`: ages in microseconds; `long` and `short`: lives in milliseconds
local header, rank = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local age = time[1] * 1000000 + time[2] - tonumber(ARGV[4])
if age > tonumber(ARGV[6]) then
  return 0
end

-- Whatever is not a value of this member, written in this life of the server, gives way.
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and held:sub(1, #header) == header then
  local digits = ('%d'):rep(19)
  local stands = held:match('^(' .. digits .. ' ' .. digits .. ') ', #header + 1)
  if stands and stands:sub(1, 19) <= '9223372036854775807' and stands >= rank then
    return 1
  end
end

-- A newer balance may have been written and lost (flushed, evicted) since the database was read.
-- Nothing here can tell, so the longer ago that was, the less the value is believed.
local life = age <= tonumber(ARGV[5]) and ARGV[7] or ARGV[8]
redis.call('SET', KEYS[1], header .. rank .. ' ' .. ARGV[3], 'PX', life)
return 1
