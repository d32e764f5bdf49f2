"""Reads FHIR bundles with a library that is not ours: the types and the cardinalities
of every element.

    python3 tests/fhir/check.py BUNDLE.json [...]
    python3 tests/fhir/check.py --self-test BUNDLE.json

Prints how many resources there are. Exit code 1: something is wrong with a file; 3:
fhir.resources is not installed. The self-test breaks the bundle in several ways, and
fails when one of them is not noticed.
"""

import copy
import json
import pathlib
import sys

try:
    from fhir.resources.R4B import get_fhir_model_class
except ImportError:
    sys.exit(3)


def faults(bundle):
    """Everything that is wrong with a bundle, and with each resource by itself."""
    found = []
    for resource in [bundle] + [entry.get("resource", {}) for entry in bundle["entry"]]:
        kind = resource.get("resourceType", "")
        try:
            get_fhir_model_class(kind).model_validate(resource)
        except Exception as error:  # the library has several kinds
            found.append(f"{kind}/{resource.get('id')}: {error}")
    return found


def broken(bundle):
    """The bundle, broken in ways that this library has to notice."""

    def with_first(kind, change):
        copied = copy.deepcopy(bundle)
        first = next(e["resource"] for e in copied["entry"] if e["resource"]["resourceType"] == kind)
        change(first)
        return copied

    yield "a wrong type", with_first("Patient", lambda r: r.update(identifier="somebody"))
    yield "a day that is none", with_first("Condition", lambda r: r.update(onsetDateTime="last Monday"))
    yield "an element that there is not", with_first("CarePlan", lambda r: r.update(mood="good"))
    yield "no code", with_first("Observation", lambda r: r.pop("code"))
    yield "two values", with_first(
        "Observation", lambda r: r.update(valueBoolean=True, valueString="yes")
    )


args = sys.argv[1:]
self_test = args[:1] == ["--self-test"]
count = 0
for name in args[1:] if self_test else args:
    bundle = json.loads(pathlib.Path(name).read_bytes())
    found = faults(bundle)
    if found:
        print("\n".join(found[:20]))
        sys.exit(1)
    count += len(bundle["entry"])
    for what, copied in broken(bundle) if self_test else ():
        if not faults(copied):
            print(f"not noticed: {what}")
            sys.exit(1)
print(count)
