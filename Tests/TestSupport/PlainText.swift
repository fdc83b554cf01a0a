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
