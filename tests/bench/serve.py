"""mou serve --stdio as a caller meets it: one request after the other, each answer awaited; and as many as fit into the pipe. Used by suite.py."""
import json
import statistics
import subprocess
import sys
import threading
import time

from common import DAY, say


def request_of(number, identifier):
    return json.dumps({"id": number, "subject": identifier, "as_of": DAY.isoformat()}) + "\n"


def start(mou, store):
    return subprocess.Popen([str(mou), "serve", str(store), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def take(line, number):
    """The answer to that request, or the end."""
    answer = json.loads(line) if line else {}
    if answer.get("id") != number or "error" in answer:
        sys.exit(f"serve: {line[:400]}")
    return answer


def one_by_one(service, identifiers):
    """Microseconds of each request, as the caller sees them."""
    taken = []
    for number, identifier in enumerate(identifiers):
        request = request_of(number, identifier)
        begin = time.perf_counter_ns()
        service.stdin.write(request)
        service.stdin.flush()
        line = service.stdout.readline()
        taken.append((time.perf_counter_ns() - begin) / 1000)
        take(line, number)
    return sorted(taken)


def all_at_once(service, identifiers):
    """Requests a second where the caller waits for no answer before the next request."""
    requests = "".join(request_of(number, identifier) for number, identifier in enumerate(identifiers))

    def write():
        service.stdin.write(requests)
        service.stdin.flush()
    writer = threading.Thread(target=write)
    begin = time.perf_counter_ns()
    writer.start()
    lines = [service.stdout.readline() for _ in identifiers]
    taken = time.perf_counter_ns() - begin
    writer.join()
    for number, line in enumerate(lines):
        take(line, number)
    return len(identifiers) / (taken / 1e9)


def measure(mou, store, identifiers, rounds):
    """p50 and p99 in microseconds, requests a second, of each round; the first one is not counted."""
    found = {"p50": [], "p99": [], "requests a second": []}
    say(f"serve --stdio, {store.name} …")
    service = start(mou, store)
    for number in range(rounds + 1):
        taken, rate = one_by_one(service, identifiers), all_at_once(service, identifiers)
        if number > 0:
            found["p50"].append(statistics.median(taken))
            found["p99"].append(taken[min(len(taken) - 1, len(taken) * 99 // 100)])
            found["requests a second"].append(rate)
    service.stdin.close()
    if service.wait() != 0:
        sys.exit("serve: failed at its end")
    return found
