import SwiftOperators
import SwiftParser
import SwiftSyntax

/// Finds the mutants of a source file.
///
/// Texts (descriptions, help, messages), assertions, hashing, reservations of memory, and changes that are known to be
/// equivalent have none; an example is `<` to `<=` in a comparison that selects the smaller of its two operands.
public enum MutantFinder {

    /// The mutants of a file, in the order of the file.
    ///
    /// - Parameters:
    ///   - source: the text of the file
    ///   - file: its name in the mutants
    ///   - lines: the lines whose mutants are wanted; nil for all
    public static func mutants(of source: String, file: String, lines: Set<Int>? = nil) -> [Mutant] {
        // Folding assigns operands to operators; unknown operators are not changed.
        let tree = OperatorTable.standardOperators.foldAll(Parser.parse(source: source)) { _ in }
            .cast(SourceFileSyntax.self)
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

/// Walks a file and collects its mutants.
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

    // MARK: - Exclusions

    override func visit(_ node: AttributeSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: IfConfigDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: EnumCaseDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: GenericParameterClauseSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

    override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
        let names = node.bindings.compactMap { $0.pattern.as(IdentifierPatternSyntax.self)?.identifier.text }
        if names.contains(where: Exclusions.describes) || !node.attributes.isEmpty { return .skipChildren }
        // A large named number is a bound whose exact value does not matter.
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

    override func visit(_ node: InfixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
        guard let sign = node.operator.as(BinaryOperatorExprSyntax.self)?.operator else { return .visitChildren }
        for (kind, replacement) in Operators.replacements[sign.text] ?? [] {
            if kind == .boundary, Exclusions.boundaryIsEquivalent(at: node) { continue }
            note(sign, replacement, kind, sites: sites(of: node, with: replacement))
        }
        return .visitChildren
    }

    /// The operation with another operator, as a choice; the two kinds of ranges must become one type.
    private func sites(of node: InfixOperatorExprSyntax, with replacement: String) -> [MutantSite] {
        let (left, right) = (text(offsets(of: node.leftOperand)), text(offsets(of: node.rightOperand)))
        let form: MutantSite.Form =
            switch replacement {
            case "...": .expression("Range((\(left))...(\(right)))")
            case "..<": .expression("\(left) ..< \(right)", initializer: "Range")
            default: .expression("\(left) \(replacement) \(right)")
            }
        return [MutantSite(range: offsets(of: node), form: form)]
    }

    override func visit(_ node: PrefixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
        if node.operator.text == "!" { note(node, node.expression.trimmedDescription, .condition) }
        return .visitChildren
    }

    override func visit(_ node: ConditionElementSyntax) -> SyntaxVisitorContinueKind {
        guard case .expression(let condition) = node.condition else { return .visitChildren }
        note(condition, "false", .condition)
        // An endless loop shows nothing that a time limit does not.
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
            if !Exclusions.isLeftOut(call: call) { note(removed: expression, .removedCall) }
        } else if Exclusions.isAssignment(expression) {
            note(removed: expression, .removedAssignment)
        }
        return .visitChildren
    }

    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
        if Exclusions.describes(node.name.text) || node.name.text == "hash" { return .skipChildren }
        guard let body = node.body, body.statements.count > 1 else { return .visitChildren }
        let result = node.signature.returnClause?.type.trimmedDescription
        for value in Operators.earlyValues(ofType: result) {
            let offset = body.leftBrace.endPositionBeforeTrailingTrivia.utf8Offset
            let statement = value.isEmpty ? "return" : "return \(value)"
            note(
                offset..<offset, replacement: " \(statement); ", .earlyReturn, in: Syntax(body),
                sites: [MutantSite(range: offset..<offset, form: .start(statement))])
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
            let (one, other) = (offsets(of: first), offsets(of: second))
            let (firstText, secondText) = (text(one), text(other))
            note(
                one.lowerBound..<other.upperBound,
                replacement: secondText + text(one.upperBound..<other.lowerBound) + firstText, .swappedArguments,
                in: Syntax(call),
                sites: [
                    MutantSite(range: one, form: .expression(secondText)),
                    MutantSite(range: other, form: .expression(firstText)),
                ])
        }
    }

    // MARK: - Collecting

    private func offsets(of node: some SyntaxProtocol) -> Range<Int> {
        node.positionAfterSkippingLeadingTrivia.utf8Offset..<node.endPositionBeforeTrailingTrivia.utf8Offset
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: source[range], as: UTF8.self) }

    /// An expression that is another one in the mutant.
    private func note(_ node: some ExprSyntaxProtocol, _ replacement: String, _ kind: MutationKind) {
        let range = offsets(of: node)
        note(node, replacement, kind, sites: [MutantSite(range: range, form: .expression(replacement))])
    }

    private func note(removed statement: ExprSyntax, _ kind: MutationKind) {
        note(statement, "()", kind, sites: [MutantSite(range: offsets(of: statement), form: .statement)])
    }

    private func note(_ node: some SyntaxProtocol, _ replacement: String, _ kind: MutationKind, sites: [MutantSite]) {
        let range = offsets(of: node)
        if text(range) != replacement { note(range, replacement: replacement, kind, in: Syntax(node), sites: sites) }
    }

    private func note(
        _ range: Range<Int>, replacement: String, _ kind: MutationKind, in node: Syntax, sites: [MutantSite]
    ) {
        let line = converter.location(for: AbsolutePosition(utf8Offset: range.lowerBound)).line
        var begin = range.lowerBound
        while begin > 0, source[begin - 1] != UInt8(ascii: "\n") { begin -= 1 }
        var end = range.lowerBound
        while end < source.count, source[end] != UInt8(ascii: "\n") { end += 1 }
        let scope = SwitchScope(of: node)
        mutants.append(
            Mutant(
                file: file, line: line, range: range, original: text(range), replacement: replacement, kind: kind,
                sourceLine: text(begin..<end).trimmedOfSpace, sites: scope.allowsSwitch ? sites : [],
                scope: scope.declaration.map { offsets(of: $0) } ?? 0..<source.count))
    }
}

/// The declaration around a mutant.
private struct SwitchScope {

    /// The innermost function, initialiser, subscript or stored or computed property of a type or a file.
    private(set) var declaration: Syntax?
    /// Whether a switch that is internal to the module can be called here.
    private(set) var allowsSwitch = true

    init(of node: Syntax) {
        var next: Syntax? = node
        while let current = next {
            let attributes: AttributeListSyntax? =
                current.as(FunctionDeclSyntax.self)?.attributes ?? current.as(InitializerDeclSyntax.self)?.attributes
                ?? current.as(SubscriptDeclSyntax.self)?.attributes ?? current.as(VariableDeclSyntax.self)?.attributes
            if let attributes {
                if attributes.contains(where: { Self.inlining.contains($0.trimmedDescription) }) {
                    allowsSwitch = false
                }
                let isLocal =
                    current.parent?.is(CodeBlockItemSyntax.self) == true && current.is(VariableDeclSyntax.self)
                if declaration == nil, !isLocal { declaration = current }
            }
            next = current.parent
        }
    }

    private static let inlining: Set<String> = ["@inlinable", "@_transparent", "@_alwaysEmitIntoClient"]
}
