import SwiftSyntax

/// Code without mutants: texts, assertions, and changes that are known to be equivalent.
enum Exclusions {

    private static let describing: Set<String> = [
        "description", "debugDescription", "errorDescription", "customMirror", "help", "abstract", "discussion",
        "configuration", "hash",
    ]

    private static let calls: Set<String> = [
        "precondition", "preconditionFailure", "assert", "assertionFailure", "fatalError", "print", "reserveCapacity",
        "deallocate", "deinitialize", "withExtendedLifetime", "close", "Issue", "CommandConfiguration", "ArgumentHelp",
        "reportLine", "warn",
    ]

    private static let symmetric: Set<String> = ["max", "min", "zip", "swap"]

    /// Whether a declaration with this name is a text for people.
    static func describes(_ name: String) -> Bool { describing.contains(name) }

    static func isLeftOut(call: FunctionCallExprSyntax) -> Bool { name(of: call).map(calls.contains) ?? false }

    /// Whether the arguments may be given in any order.
    static func isSymmetric(_ call: FunctionCallExprSyntax) -> Bool { name(of: call).map(symmetric.contains) ?? false }

    private static func name(of call: FunctionCallExprSyntax) -> String? {
        if let member = call.calledExpression.as(MemberAccessExprSyntax.self) { return member.declName.baseName.text }
        return call.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.text
    }

    /// The call in an expression statement.
    static func call(in expression: ExprSyntax) -> FunctionCallExprSyntax? {
        if let tried = expression.as(TryExprSyntax.self) { return call(in: tried.expression) }
        if let awaited = expression.as(AwaitExprSyntax.self) { return call(in: awaited.expression) }
        return expression.as(FunctionCallExprSyntax.self)
    }

    static func isAssignment(_ expression: ExprSyntax) -> Bool {
        guard let operation = expression.as(InfixOperatorExprSyntax.self) else { return false }
        if operation.operator.is(AssignmentExprSyntax.self) { return true }
        let text = operation.operator.trimmedDescription
        return text.count > 1 && text.hasSuffix("=") && !["==", "!=", "<=", ">=", "===", "!=="].contains(text)
    }

    /// Whether an argument is a name, a member or a literal, and so can be swapped with another.
    static func isPlain(_ expression: ExprSyntax) -> Bool {
        expression.is(DeclReferenceExprSyntax.self) || expression.is(MemberAccessExprSyntax.self)
            || expression.is(IntegerLiteralExprSyntax.self)
    }

    /// Whether the result for equal operands is the same either way: a sort order, or a choice of one of the two
    /// operands.
    static func boundaryIsEquivalent(at node: InfixOperatorExprSyntax) -> Bool {
        if areUnequal(node.leftOperand, node.rightOperand, at: node) { return true }
        var ancestor = node.parent
        while let current = ancestor {
            if let ternary = current.as(TernaryExprSyntax.self) { return choosesOperand(ternary) }
            if current.is(ClosureExprSyntax.self) {
                return current.parent.flatMap { enclosingCall(of: $0) }.map(orders) ?? false
            }
            if current.is(CodeBlockItemSyntax.self), !(current.parent?.parent?.is(ClosureExprSyntax.self) ?? false) {
                return isLessThan(current)
            }
            ancestor = current.parent
        }
        return false
    }

    /// Whether the code runs only where the operands differ: `if a != b { return a < b }`.
    private static func areUnequal(_ left: ExprSyntax, _ right: ExprSyntax, at node: InfixOperatorExprSyntax) -> Bool {
        let (left, right) = (left.trimmedDescription, right.trimmedDescription)
        var ancestor: Syntax? = Syntax(node)
        while let current = ancestor, !current.is(FunctionDeclSyntax.self) {
            if let body = current.as(CodeBlockSyntax.self), let condition = body.parent?.as(IfExprSyntax.self),
                condition.body.id == body.id
            {
                let tests = condition.conditions.map(\.condition.trimmedDescription)
                if tests.contains("\(left) != \(right)") || tests.contains("\(right) != \(left)") { return true }
            }
            ancestor = current.parent
        }
        return false
    }

    /// `a < b ? a : b`
    private static func choosesOperand(_ ternary: TernaryExprSyntax) -> Bool {
        guard let condition = ternary.condition.as(InfixOperatorExprSyntax.self) else { return false }
        let operands = [condition.leftOperand.trimmedDescription, condition.rightOperand.trimmedDescription]
        let choices = [ternary.thenExpression.trimmedDescription, ternary.elseExpression.trimmedDescription]
        return Set(operands) == Set(choices)
    }

    private static func enclosingCall(of node: Syntax) -> FunctionCallExprSyntax? {
        node.as(FunctionCallExprSyntax.self)
            ?? node.parent?.parent?.as(FunctionCallExprSyntax.self)
    }

    private static func orders(_ call: FunctionCallExprSyntax) -> Bool {
        ["sort", "sorted", "min", "max"].contains(name(of: call) ?? "")
    }

    /// Whether a statement is the body of an operator that orders values.
    private static func isLessThan(_ item: Syntax) -> Bool {
        var ancestor = item.parent
        while let current = ancestor {
            if let function = current.as(FunctionDeclSyntax.self) { return function.name.text == "<" }
            ancestor = current.parent
        }
        return false
    }
}
