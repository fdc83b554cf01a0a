/// A value with everything in it, as text for a golden file: fields that are zero, empty or nil are left out, and bytes
/// are text.
public func plainText(_ value: Any) -> String {
    switch value {
    case let bytes as [UInt8]: return "\"\(bytes.readable)\""
    case let text as String: return "\"\(text.utf8.readable)\""
    case let text as Substring: return "\"\(text.utf8.readable)\""
    case let number as any BinaryInteger: return "\(number)"
    case let number as Double: return "\(number)"
    case let isTrue as Bool: return "\(isTrue)"
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { plainText($0.value) } ?? ""
    case .collection: return "[" + mirror.children.map { plainText($0.value) }.joined(separator: ", ") + "]"
    case .set, .dictionary:
        return "[" + mirror.children.map { plainText($0.value) }.sorted().joined(separator: ", ") + "]"
    case .tuple: return "(" + mirror.children.map { plainText($0.value) }.joined(separator: ", ") + ")"
    case .enum:
        guard let child = mirror.children.first else { return "\(value)" }
        return "\(child.label ?? "")(\(plainText(child.value)))"
    case .struct where mirror.children.isEmpty: return "\(value)"
    case .struct, .class:
        let fields = mirror.children.compactMap { child -> String? in
            let text = plainText(child.value)
            return ["", "0", "0.0", "false", "\"\"", "[]", "{}"].contains(text) ? nil : "\(child.label ?? "") \(text)"
        }
        return "{" + fields.joined(separator: ", ") + "}"
    default: return "\(value)"
    }
}

/// Each field of a value in a line, as `path.to.field = value`; nil and empty collections are left out.
///
/// - Parameter skipped: the names of fields that are left out.
public func fieldLines(_ value: Any, skipping skipped: Set<String> = [], path: String = "") -> [String] {
    if let duration = value as? Duration { return ["\(path) = \(duration)"] }
    let mirror = Mirror(reflecting: value)
    func below(_ label: String, _ value: Any) -> [String] {
        skipped.contains(label)
            ? [] : fieldLines(value, skipping: skipped, path: path.isEmpty ? label : "\(path).\(label)")
    }
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { fieldLines($0.value, skipping: skipped, path: path) } ?? []
    case .collection: return mirror.children.enumerated().flatMap { below("\($0)", $1.value) }
    case .set: return ["\(path) = \(plainText(value))"]
    case .dictionary:
        let pairs = mirror.children.map { Array(Mirror(reflecting: $0.value).children.map(\.value)) }
        return pairs.map { (plainText($0[0]), $0[1]) }.sorted { $0.0 < $1.0 }.flatMap { below($0.0, $0.1) }
    case .enum where mirror.children.count == 1:
        return mirror.children.flatMap { below($0.label ?? "", $0.value) }
    case .struct where !mirror.children.isEmpty, .tuple where !mirror.children.isEmpty,
        .class where !mirror.children.isEmpty:
        return mirror.children.flatMap { below($0.label ?? "", $0.value) }
    default: return ["\(path) = \(plainText(value))"]
    }
}
