-- Keep a member's balance unless a newer one stands there. Answers 1 when this or a newer one is
-- kept, 0 when the write came too late to be trusted.
--
-- KEYS[1]  the member's key
-- ARGV     header, rank, rest, fresh, late, long, short
--          `rank`: version and `begun`, when the database was read (or just before the commit), in
--          microseconds on this server's clock; `rest`: until when it is true, and the body;
--          `fresh` and `late`: ages in microseconds; `long` and `short`: lives in milliseconds
local key, header, rank, rest = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local long, short = ARGV[6], ARGV[7]
local begun = tonumber(rank:sub(21))
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if now - begun > tonumber(ARGV[5]) then
  return 0
end

-- A newer balance may have been written and lost (flushed, evicted) since the database was read.
-- Nothing here can tell, so the longer ago that was, the less the value is believed.
local life = now - begun <= tonumber(ARGV[4]) and long or short

-- When what stands there was put, in microseconds; rather too late than too early.
local function put_at(left)
  local given = left > tonumber(short) and tonumber(long) or tonumber(short)
  return now - (given - left - 2) * 1000
end

-- What a view says, apart from when it was taken.
local function said(view)
  return (view:gsub('"as_of":"[^"]*"', ''))
end

-- Whatever is not a value of this member, written in this life of the server, gives way.
local held = redis.pcall('GET', key)
if type(held) == 'string' and held:sub(1, #header) == header then
  local digits = ('%d'):rep(19)
  local pattern = '^(' .. digits .. ') ' .. digits .. ' ' .. digits .. ' '
  local version = held:match(pattern, #header + 1)
  if version and version <= '9223372036854775807' then
    if version > rank:sub(1, 19) then
      return 1
    end
    if version == rank:sub(1, 19) then
      -- Two views of one version, which differ where a tier changed without an entry. Each was
      -- taken somewhere between its `begun` and its put. Where these spans overlap, the one that
      -- began later may still have seen less: what stays, stays for a moment only.
      local differ = said(held:sub(#header + #rank + 2)) ~= said(rest)
      local left = redis.call('PTTL', key)
      if held:sub(#header + 1, #header + #rank) >= rank then
        if differ and left > tonumber(short) then
          redis.call('PEXPIRE', key, short)
        end
        return 1
      end
      if differ and put_at(left) >= begun then
        life = short
      elseif not differ and left > tonumber(short) then
        life = long -- it has stood there unchallenged: nothing newer was lost in the meantime
      end
    end
  end
end

redis.call('SET', key, header .. rank .. ' ' .. rest, 'PX', life)
return 1
