/// What becomes of one place in a request.
enum PlaceDecision {
    /// It is sent as recorded.
    case recorded
    /// It is sent as recorded, because sessions of different people share what responses gave there.
    case constant(SourceCandidate)
    /// It is taken from a response: from the last of `sources` that came.
    case bound(from: SourceCandidate, sources: [SourceCandidate])
    /// It is taken from where the user says in the response to request `request`.
    case named(request: Int, ValueSource.Locator, rule: Int)
    /// It is the clone's own name, or another value of a person.
    case person(Int)
    /// It is a text of the user's.
    case text(IdentityTemplate, rule: Int)
    /// The user's command makes it, for each clone or for each request.
    case command(String, isSignature: Bool, rule: Int)
    /// It is a bearer token that is fetched.
    case fetched
    /// It is a JSON Web Token that no response gave.
    case token
}

/// A place that is decided on, with what is around it.
struct PlaceContext {
    let sink: Sink
    let request: ParsedRequest
    /// What the place is in: a part of the request, or a layer of one.
    let bytes: UnsafeBufferPointer<UInt8>
    /// The decoded value.
    let value: [UInt8]
    /// The place as people read it; empty where no rules need it.
    let label: String

    var part: ParsedRequest.Part { request.parts[sink.part] }

    init(_ sink: Sink, of request: ParsedRequest, in bytes: UnsafeBufferPointer<UInt8>, isLabelled: Bool) {
        self.sink = sink
        self.request = request
        self.bytes = bytes
        value = sink.value(in: bytes)
        label = isLabelled ? sink.label(of: request.parts[sink.part].kind, in: bytes) : ""
    }

    /// Whether it is a whole Authorization field.
    var isWholeAuthorization: Bool {
        if part.rule == .credentials, case .header = sink.place { true } else { false }
    }

    /// Whether it is one with its scheme, of which only the token is meant.
    var isSchemeAndToken: Bool { isWholeAuthorization && value.contains(0x20) }

    /// What the value identifies, as far as the names around it say.
    var nouns: [String]? {
        var fieldName: String?
        if case .field(let name) = part.kind { fieldName = name }
        return sink.nouns(in: bytes, fieldName: fieldName, resource: request.resource)
    }
}
