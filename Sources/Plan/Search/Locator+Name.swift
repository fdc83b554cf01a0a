import Formats

extension ValueSource.Locator {
    /// The name of the place: of its member, field, parameter or element; nil if it has no name.
    var lastName: String? {
        switch self {
        case .json(let path), .jsonLine(_, let path): path.lastName
        case .header(let name), .trailer(let name), .cookie(let name), .form(let name), .html(let name, _),
            .option(let name, _), .choice(let name, _):
            name
        case .xml(let path):
            (path.attribute ?? path.steps.last?.name).map { String(decoding: $0, as: UTF8.self) }
        case .inside(_, .queryParameter(let name)), .inside(_, .fragmentParameter(let name)): name
        case .inside(_, .json(let path)), .inside(_, .claim(let path)): path.lastName
        case .inside(let outer, .base64), .inside(let outer, .percentDecoded): outer.lastName
        case .jsonName, .link, .body, .challenge, .protobuf, .inside: nil
        }
    }
}

extension ValueSource.Locator {
    /// The object or list of a JSON text that contains the value; nil for other places.
    var container: ValueSource.Locator? {
        switch self {
        case .json(let path): path.container.map { .json($0) }
        case .jsonLine(let line, let path): path.container.map { .jsonLine(line, $0) }
        case .inside(let outer, .json(let path)): path.container.map { .inside(outer, .json($0)) }
        case .inside(let outer, .claim(let path)): path.container.map { .inside(outer, .claim($0)) }
        default: nil
        }
    }

    /// The names on the path to the place that a service may create for each user.
    var givenNames: [[UInt8]] {
        switch self {
        case .json(let path), .jsonLine(_, let path): path.names
        case .html(let name, _), .option(let name, _), .form(let name): [Array(name.utf8)]
        case .inside(let outer, .json(let path)), .inside(let outer, .claim(let path)): outer.givenNames + path.names
        case .inside(let outer, _): outer.givenNames
        case .jsonName, .header, .trailer, .cookie, .choice, .link, .xml, .protobuf, .body, .challenge: []
        }
    }
}

extension JSONPath {
    /// The path to the object or list that contains the value; nil for a whole text.
    fileprivate var container: JSONPath? { steps.isEmpty ? nil : JSONPath(Array(steps.dropLast())) }

    /// The names of the members along the path.
    fileprivate var names: [[UInt8]] {
        steps.compactMap { step in
            guard case .member(let name) = step else { return nil }
            return name
        }
    }

    /// The name of the innermost member; nil if there is none.
    fileprivate var lastName: String? {
        for step in steps.reversed() {
            if case .member(let name) = step { return String(decoding: name, as: UTF8.self) }
        }
        return nil
    }
}

extension Sink {
    /// The name of the place in lowercase without separators; nil if it has no name.
    func plainName(of request: ParsedRequest, in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        func plain(_ name: Range<Int>) -> String {
            IdentityFieldName.plain(
                CredentialFinder.innermost(String(decoding: Sink.Coding.form.decoded(bytes, name), as: UTF8.self)))
        }
        switch place {
        case .query(let name), .form(let name), .cookie(let name), .json(let name?, _), .xml(let name?, _):
            return plain(name)
        case .header:
            if case .field(let name) = request.parts[part].kind { return IdentityFieldName.plain(name) }
            return nil
        case .path, .condition, .json, .xml, .protobuf, .name, .piece, .part, .number, .origin: return nil
        }
    }
}
