/// What a response's head says about its body.
struct Content {
    /// Whether the body is compressed.
    private(set) var isCoded = false
    private var type = ""

    init(_ head: UnsafeBufferPointer<UInt8>) {
        var fields = HeadFields(head)
        while let field = fields.next() {
            if fields.isNamed(field, "content-encoding") {
                isCoded = !field.value.isEmpty && !head[field.value].elementsEqual("identity".utf8)
            } else if fields.isNamed(field, "content-type") {
                type = String(decoding: head[field.value], as: UTF8.self).lowercased()
            }
        }
    }

    /// How `body` is searched for values.
    func kind(of body: UnsafeBufferPointer<UInt8>) -> RequestDraft.BodyKind {
        if type.contains("json") { return .json }
        if type.contains("html") { return .html }
        if type.hasPrefix("application/x-www-form-urlencoded") { return .form }
        guard type.isEmpty || type.hasPrefix("text/plain"), let first = body.first(where: { $0 > 0x20 }) else {
            return .opaque
        }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .opaque
    }
}
