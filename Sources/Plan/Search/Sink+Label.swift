extension Sink {
    /// Where the value is, for readers: `field Authorization`, `cookie sid`, `path[2]`, `query cursor`,
    /// `JSON refresh_token`, `form csrf`, `XML id`, `protobuf 1.2`, `JSON name`, `number in body`, `target` or `body`.
    func label(of kind: ParsedRequest.Part.Kind, in bytes: UnsafeBufferPointer<UInt8>) -> String {
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let within =
            switch kind {
            case .target: " in target"
            case .body: " in body"
            case .field: ""
            }
        let own: String? =
            switch place {
            case .path(let index, _): "path[\(index)]"
            case .query(let name): "query \(text(name))"
            case .form(let name): "form \(text(name))"
            case .json(let name, _): "JSON \(name.map(text) ?? "element")"
            case .xml(let name, _): "XML \(name.map(text) ?? "element")"
            case .cookie(let name): "cookie \(text(name))"
            case .protobuf(let numbers): "protobuf " + numbers.map(String.init).joined(separator: ".")
            case .name:
                switch kind {
                case .target: "query name"
                case .body(.json): "JSON name"
                case .body(.form), .body(.multipart): "form name"
                default: "name"
                }
            case .number(let name?, _, _): "number in \(text(name))"
            case .number: "number" + within
            case .origin: "address" + within
            case .header, .condition, .piece, .part: nil
            }
        switch kind {
        case .field(let name):
            if case .cookie = place { return own ?? "field \(name)" }
            return "field \(name)" + (own.map { " \($0)" } ?? "")
        case .target: return own ?? "target"
        case .body: return own ?? "body"
        }
    }
}
