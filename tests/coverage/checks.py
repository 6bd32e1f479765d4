"""What the tests of coverage share: counting checks, and telling those that failed."""


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good: bool, what: str) -> None:
        self.passed += good
        self.failed += not good
        if not good:
            print(f"failed: {what}")

    def end(self) -> int:
        """Prints the count; the exit code."""
        print(f"{self.passed} passed, {self.failed} failed")
        return self.failed != 0
