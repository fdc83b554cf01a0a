import SwiftParser
import SwiftSyntax

/// Finds the mutants of a source file.
///
/// Left out are texts (descriptions, help, messages), assertions, hashing, reservations of memory, and changes that can be
/// told to be equivalent, such as `<` to `<=` in a comparison that picks the smaller of its two operands.
public enum MutantFinder {

    /// The mutants of a file, in the order of the file.
    ///
    /// - Parameters:
    ///   - source: the text of the file
    ///   - file: its name, as it is to be given in the mutants
    ///   - lines: the lines whose mutants are wanted; nil for all
    public static func mutants(of source: String, file: String, lines: Set<Int>? = nil) -> [Mutant] {
        let tree = Parser.parse(source: source)
        let collector = MutantCollector(
            file: file, converter: SourceLocationConverter(fileName: file, tree: tree), source: Array(source.utf8))
        collector.walk(tree)
        let found = collector.mutants.sorted {
            ($0.range.lowerBound, $0.replacement) < ($1.range.lowerBound, $1.replacement)
        }
        guard let lines else { return found }
        return found.filter { lines.contains($0.line) }
    }
}

/// Walks a file and notes its mutants.
final class MutantCollector: SyntaxVisitor {

    var mutants: [Mutant] = []
    private let file: String
    private let converter: SourceLocationConverter
    private let source: [UInt8]

    init(file: String, converter: SourceLocationConverter, source: [UInt8]) {
        self.file = file
        self.converter = converter
        self.source = source
        super.init(viewMode: .sourceAccurate)
    }

    // MARK: - What is left out

    override func visit(_ node: AttributeSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: IfConfigDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: EnumCaseDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: GenericParameterClauseSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

    override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
        let names = node.bindings.compactMap { $0.pattern.as(IdentifierPatternSyntax.self)?.identifier.text }
        if names.contains(where: Exclusions.describes) || !node.attributes.isEmpty { return .skipChildren }
        // A large number that is named is a bound whose exact value nothing depends on.
        let isNamedBound =
            node.modifiers.contains { $0.name.tokenKind == .keyword(.static) }
            && node.bindings.allSatisfy { $0.accessorBlock == nil }
        return isNamedBound ? .skipChildren : .visitChildren
    }

    override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
        if Exclusions.isLeftOut(call: node) { return .skipChildren }
        noteSwappedArguments(of: node)
        return .visitChildren
    }

    override func visit(_ node: MacroExpansionExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

    // MARK: - Operators

    override func visit(_ node: BinaryOperatorExprSyntax) -> SyntaxVisitorContinueKind {
        let text = node.operator.text
        for (kind, replacement) in Operators.replacements[text] ?? [] {
            if kind == .boundary, Exclusions.boundaryIsEquivalent(at: node) { continue }
            note(node.operator, replacement, kind)
        }
        return .visitChildren
    }

    override func visit(_ node: PrefixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
        if node.operator.text == "!" { note(node, node.expression.trimmedDescription, .condition) }
        return .visitChildren
    }

    override func visit(_ node: ConditionElementSyntax) -> SyntaxVisitorContinueKind {
        guard case .expression(let condition) = node.condition else { return .visitChildren }
        note(condition, "false", .condition)
        // A loop that never ends shows nothing that a time limit would not.
        if node.parent?.parent?.is(WhileStmtSyntax.self) != true { note(condition, "true", .condition) }
        return .visitChildren
    }

    // MARK: - Constants

    override func visit(_ node: IntegerLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        let digits = node.literal.text
        guard let value = Operators.value(of: digits) else { return .visitChildren }
        note(node, "\(value + 1)", .constant)
        if value == 1 { note(node, "0", .constant) }
        return .visitChildren
    }

    override func visit(_ node: FloatLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        if let value = Double(node.literal.text.filter { $0 != "_" }) { note(node, "\(value * 1.5 + 0.01)", .constant) }
        return .visitChildren
    }

    override func visit(_ node: BooleanLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        note(node, node.literal.text == "true" ? "false" : "true", .constant)
        return .visitChildren
    }

    // MARK: - Statements

    override func visit(_ node: CodeBlockItemSyntax) -> SyntaxVisitorContinueKind {
        // The only statement of a body may be its value.
        guard case .expr(let expression) = node.item, (node.parent?.as(CodeBlockItemListSyntax.self)?.count ?? 0) > 1
        else { return .visitChildren }
        if let call = Exclusions.call(in: expression) {
            if !Exclusions.isLeftOut(call: call) { note(expression, "()", .removedCall) }
        } else if Exclusions.isAssignment(expression) {
            note(expression, "()", .removedAssignment)
        }
        return .visitChildren
    }

    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
        if Exclusions.describes(node.name.text) || node.name.text == "hash" { return .skipChildren }
        guard let body = node.body, body.statements.count > 1 else { return .visitChildren }
        let result = node.signature.returnClause?.type.trimmedDescription
        for value in Operators.earlyValues(ofType: result) {
            let offset = body.leftBrace.endPositionBeforeTrailingTrivia.utf8Offset
            note(
                offset..<offset, original: "", replacement: " return \(value); ".replacing("return ;", with: "return;"),
                .earlyReturn)
        }
        return .visitChildren
    }

    private func noteSwappedArguments(of call: FunctionCallExprSyntax) {
        let arguments = Array(call.arguments)
        guard arguments.count > 1, !Exclusions.isSymmetric(call) else { return }
        for (one, other) in zip(arguments, arguments.dropFirst())
        where Exclusions.isPlain(one.expression) && Exclusions.isPlain(other.expression) {
            let (first, second) = (one.expression, other.expression)
            guard first.trimmedDescription != second.trimmedDescription else { continue }
            let range = offsets(of: first).lowerBound..<offsets(of: second).upperBound
            let between = text(offsets(of: first).upperBound..<offsets(of: second).lowerBound)
            note(
                range, original: text(range),
                replacement: second.trimmedDescription + between + first.trimmedDescription, .swappedArguments)
        }
    }

    // MARK: - Noting

    private func offsets(of node: some SyntaxProtocol) -> Range<Int> {
        node.positionAfterSkippingLeadingTrivia.utf8Offset..<node.endPositionBeforeTrailingTrivia.utf8Offset
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: source[range], as: UTF8.self) }

    private func note(_ node: some SyntaxProtocol, _ replacement: String, _ kind: MutationKind) {
        let range = offsets(of: node)
        let original = text(range)
        if original != replacement { note(range, original: original, replacement: replacement, kind) }
    }

    private func note(_ range: Range<Int>, original: String, replacement: String, _ kind: MutationKind) {
        let line = converter.location(for: AbsolutePosition(utf8Offset: range.lowerBound)).line
        var begin = range.lowerBound
        while begin > 0, source[begin - 1] != UInt8(ascii: "\n") { begin -= 1 }
        var end = range.lowerBound
        while end < source.count, source[end] != UInt8(ascii: "\n") { end += 1 }
        mutants.append(
            Mutant(
                file: file, line: line, range: range, original: original, replacement: replacement, kind: kind,
                sourceLine: text(begin..<end).trimmedOfSpace))
    }
}
