import Credentials
import Formats

extension Redactor {
    /// Adds the edits to MessagePack or CBOR: to strings and numbers that a rule names as in JSON, and to content within
    /// strings. From where it is malformed, runs of text are searched.
    mutating func packedEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ format: PackedFormat, _ side: MessageSide, depth: Int,
        _ edits: inout Edits
    ) {
        var leaves = PackedLeaves(bytes, range, format)
        while let leaf = leaves.next() {
            let value = bytes.part(leaf.content)
            switch leaf.kind {
            case .text, .bytes:
                let name = leaf.name.map { bytes.part($0) }
                let treatment = treatment(of: leaf, value, bytes, side)
                switch verdict(on: value, isDecoded: false, treatment, name: name, side, depth: depth) {
                case .unchanged: break
                case .removed: edits.replace(leaf.whole, with: [format.null])
                case .replaced(let new) where new.count == value.count: edits.replace(leaf.content, with: new)
                case .replaced(let new):
                    edits.replace(leaf.whole, with: format.header(ofText: leaf.kind == .text, count: new.count) + new)
                }
            case .number where !leaf.content.isEmpty:
                // Numbers in the byte of their type are too small to be secret.
                let text = Array(String(value.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }).utf8)
                let found = text.withUnsafeBufferPointer { treatment(of: leaf, $0, bytes, side) }
                guard let treatment = found, treatment.action != .keep else { continue }
                let new = UInt64(String(decoding: replacement(for: text, treatment), as: UTF8.self)) ?? 0
                let limit = value.count == 8 ? UInt64.max : 1 << UInt64(value.count * 8) - 1
                let kept = new > limit ? 0 : new
                edits.replace(
                    leaf.content,
                    with: (0..<value.count).reversed().map { UInt8(truncatingIfNeeded: kept >> UInt64($0 * 8)) })
            case .number, .other: break
            }
        }
        guard leaves.isMalformed else { return }
        runEdits(bytes, leaves.position..<range.upperBound, side, depth: depth, &edits)
    }

    private mutating func treatment(
        of leaf: PackedLeaves.Leaf, _ value: Bytes, _ bytes: Bytes, _ side: MessageSide
    ) -> Treatment? {
        guard let name = leaf.name else { return nil }
        if let rule = tables.rule(for: bytes.part(name), value, at: .json, of: side) { return rule.treatment }
        guard let parent = leaf.parentName, Redactor.isValueName(bytes.part(name)) else { return nil }
        return tables.rule(for: bytes.part(parent), value, at: .json, of: side)?.treatment
    }

    /// Adds the edit to gRPC-Web messages in base64 (`application/grpc-web-text`).
    mutating func webTextEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        guard let frames = GRPCFrames.decoded(bytes.part(range)) else {
            return textEdits(bytes, range, side, depth: depth, &edits)
        }
        let changed = frames.withUnsafeBufferPointer { redactedContent($0, .binary, side, depth: depth + 1) }
        if let changed { edits.replace(range, with: Base64.encoded(changed)) }
    }
}
