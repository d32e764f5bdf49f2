"""Reads calendars with libraries that are not ours, one import after the other.

    python3 tests/ical/check.py FIRST.ics [SECOND.ics ...]

Prints how many things the calendar shows in the end. Exit code 1: something is
wrong with a file; 3: icalendar or recurring-ical-events is not installed.
"""

import datetime
import pathlib
import sys

try:
    import icalendar
    import recurring_ical_events
except ImportError:
    sys.exit(3)


def wrong(words):
    print(words)
    sys.exit(1)


held = {}
for name in sys.argv[1:]:
    data = pathlib.Path(name).read_bytes()
    if b"\n" in data.replace(b"\r\n", b"") or any(len(line) > 75 for line in data.split(b"\r\n")):
        wrong("a line has a wrong end, or more than 75 octets")
    calendar = icalendar.Calendar.from_ical(data)
    for part in calendar.walk():
        if part.errors:
            wrong(f"{part.name}: {part.errors}")
    if calendar.get_missing_tzids():
        wrong("a time zone is missing")
    uids = [str(event["UID"]) for event in calendar.walk("VEVENT")]
    if len(uids) != len(set(uids)):
        wrong("a UID is there twice")
    for event in calendar.walk("VEVENT"):
        uid = str(event["UID"])
        age = (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
        if uid not in held or age >= held[uid][0]:
            held[uid] = (age, event)

whole = icalendar.Calendar({"VERSION": "2.0", "PRODID": "check"})
for _, event in held.values():
    if str(event["STATUS"]) != "CANCELLED":
        whole.add_component(event)
first = datetime.date(2000, 1, 1)
print(len(recurring_ical_events.of(whole).between(first, datetime.date(2100, 1, 1))))
