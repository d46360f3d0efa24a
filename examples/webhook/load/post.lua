-- Posts inquiries in turn to /hooks/plain; the secret comes from PLAIN_WEBHOOK_SECRET. For wrk.

local inquiries = {
  { "Charged twice", "I was charged twice for March. Please refund one payment." },
  { "Scanner", "Since the update the scanner app crashes on start for everybody here." },
  { "", "how do i change my ringtone" },
  { "Formal complaint", "Third time the wrong invoice. If this is not settled by Friday my "
    .. "lawyer will write to you." },
  { "Parcel", "<div>Hello,</div><p>my parcel 1041 was to come on <b>Monday</b> and the driver "
    .. "says he was here, but I was at home all day and nobody rang. Where is it now?</p>"
    .. "<p>Kind regards<br>Emily</p>" },
  { "VPN", "The VPN client says error 809 after I type my password. I have restarted the laptop "
    .. "and the router twice, and my colleague next door connects with no trouble. It worked "
    .. "until yesterday, when the certificate was renewed. Please help, I cannot work." },
}

local headers = {
  ["content-type"] = "application/json",
  ["authorization"] = "Bearer " .. os.getenv("PLAIN_WEBHOOK_SECRET"),
}

local requests, turn, others = {}, 0, 0

function init()
  for at, inquiry in ipairs(inquiries) do
    local body = string.format('{"subject":"%s","body":"%s"}', inquiry[1], inquiry[2])
    requests[at] = wrk.format("POST", "/hooks/plain", headers, body)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

-- A run counts only if every answer was a verdict.
function response(status)
  if status ~= 200 then
    others = others + 1
    if others == 1 then io.stderr:write("answered " .. status .. "\n") end
  end
end
