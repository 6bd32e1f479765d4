"""The records that a decision cites as its grounds.

A ground is (subject id, record, key, via): via lists the relations from the
ground's subject to the subject that the walk started for.
"""

from . import tree


def sorted_grounds(grounds) -> list:
    """Each ground once, in the order of subject, record, key, relations."""
    return sorted(set(grounds), key=lambda g: (g[0], g[1], g[2] or "", g[3]))


def step_name(relation, against: bool) -> str:
    """A relation's name as walked; its inverse name against its direction, where it has one."""
    return relation.inverse if against and relation.inverse else relation.name


class Citer:
    def __init__(self, findings):
        self.findings, self.ev = findings, findings.ev
        self.handlers = {
            tree.And: self.both, tree.Or: self.either, tree.Not: self.turned,
            tree.Quantifier: self.quantifier, tree.OnList: self.on_list,
            tree.UseFinding: self.use_finding, tree.UseDefinition: self.definition,
            tree.If: self.choice,
        }

    # -- entry points ---------------------------------------------------------

    def row(self, row, via) -> tuple:
        return (row.subject.id, row.record.name, row.key, tuple(via))

    def of_triple(self, triple) -> list:
        via = []
        if triple.link is not None:
            via = [step_name(triple.link.relation, triple.inverse)]
        if triple.ground is not None:
            return [self.row(triple.ground.row, via)]
        return self.of_finding(triple.subject, triple.finding, via)

    def of_finding(self, subject, finding, via) -> list:
        """The grounds of a finding that holds; none where it does not."""
        world = self.findings.world_of(finding.memo)
        if world is not self.findings:
            return Citer(world).of_finding(subject, finding, via)
        held = self.findings.held(subject, finding)
        if held.truth is not True:
            return []
        if finding.sections:
            return [self.row(g.row, via) for g in held.grounds if g.truth is True]
        out = []
        if finding.condition is not None:
            out += self.condition(finding.condition, (subject,), via, True)
        if finding.unless is not None:
            out += self.condition(finding.unless, (subject,), via, False)
        return out

    # -- conditions -----------------------------------------------------------

    def condition(self, node, scope, via, positive: bool) -> list:
        """Grounds of a condition that is yes (positive) or no (under a negation)."""
        handler = self.handlers.get(type(node))
        if handler:
            return handler(node, scope, via, positive)
        if isinstance(node, tree.CONDITIONS) and positive:
            return self.operands(node, scope, via)
        return []

    def both(self, node, scope, via, positive):
        return self.branches(node, scope, via, positive)

    def either(self, node, scope, via, positive):
        return self.branches(node, scope, via, positive)

    def branches(self, node, scope, via, positive):
        """The sides whose truth is the one that counts under this polarity."""
        out = []
        for part in node.parts:
            if self.ev.truth(part, scope) is positive:
                out += self.condition(part, scope, via, positive)
        return out

    def turned(self, node, scope, via, positive):
        return self.condition(node.operand, scope, via, not positive)

    def choice(self, node, scope, via, positive):
        chosen = node.then if self.ev.truth(node.condition, scope) else node.otherwise
        return self.condition(chosen, scope, via, positive)

    def definition(self, node, scope, via, positive):
        inner = self.ev.definition_scope(node, scope)
        return self.condition(node.definition.body, inner, via, positive)

    def use_finding(self, node, scope, via, positive):
        return self.of_finding(scope[node.subject], node.finding, via) if positive else []

    def on_list(self, node, scope, via, positive):
        if not positive:
            return []
        out = []
        for finding in self.ev.by_list.get(node.list, ()):
            out += self.of_finding(scope[node.subject], finding, via)
        return out

    def quantifier(self, node, scope, via, positive):
        if positive is (node.word == "无"):
            return []
        return self.ranged(node.source, scope, via)

    def ranged(self, source, scope, via):
        """The rows whose presence and condition are yes, and what their condition cites."""
        out = []
        for inner, truth in self.ev.parts(source, scope):
            if truth is not True:
                continue
            path = via
            if source.kind == "relation":
                path = [step_name(source.target, not source.inverse), *via]
            elif source.target.key:
                out.append(self.row(inner[-1], via))
            if source.condition is not None:
                out += self.condition(source.condition, inner, path, True)
        return out

    # -- aggregates under a comparison ----------------------------------------

    def operands(self, node, scope, via) -> list:
        out = []
        for slot in node.__slots__:
            value = getattr(node, slot)
            for part in value if isinstance(value, list) else [value]:
                out += self.value(part, scope, via)
        return out

    def value(self, node, scope, via) -> list:
        """Grounds of the aggregates inside an operand."""
        if isinstance(node, (tree.Count, tree.Total, tree.Streak)):
            return self.ranged(node.source, scope, via)
        if isinstance(node, tree.ListCount):
            return [ground for finding in self.ev.counted(node)
                    for ground in self.of_finding(scope[node.subject], finding, via)]
        if isinstance(node, tree.If):
            condition = self.ev.truth(node.condition, scope)
            return self.value(node.then if condition else node.otherwise, scope, via)
        if isinstance(node, tree.UseDefinition):
            inner = self.ev.definition_scope(node, scope)
            return self.value(node.definition.body, inner, via)
        if isinstance(node, (tree.Arith, tree.CountSum, tree.Negative, tree.Function, tree.UseTable, tree.OrElse)):
            return self.operands(node, scope, via)
        if isinstance(node, tree.CONDITIONS) and self.ev.truth(node, scope) is True:
            return self.condition(node, scope, via, True)
        return []
