/// The decision on one place in a request.
enum PlaceDecision {
    /// It is sent as recorded.
    case recorded
    /// It is sent as recorded, because sessions of different people share the value that responses gave.
    case constant(SourceCandidate)
    /// It is taken from a response: from the last received of `sources`.
    case bound(from: SourceCandidate, sources: [SourceCandidate])
    /// It is taken from a place that the user names in the response to request `request`.
    case named(request: Int, ValueSource.Locator, rule: Int)
    /// It is the clone's own name or another personal value.
    case person(Int)
    /// It is a text of the user.
    case text(IdentityTemplate, rule: Int)
    /// The user's command makes it, for each clone or for each request.
    case command(String, isSignature: Bool, rule: Int)
    /// It is a bearer token that is fetched.
    case fetched
    /// It is a JSON Web Token that no response gave.
    case token
    /// It is the start of an address of the service itself, and follows the targets; `isPath` if a path follows.
    case origin(isPath: Bool)
}

/// A place to be decided on, with its context.
struct PlaceContext {
    let sink: Sink
    let request: ParsedRequest
    /// The bytes that contain the place: a part of the request, or a layer of one.
    let bytes: UnsafeBufferPointer<UInt8>
    /// The decoded value.
    let value: [UInt8]
    /// The label of the place; empty if no rules need it.
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

    /// Whether it is a whole Authorization field with a scheme, in which only the token counts.
    var isSchemeAndToken: Bool { isWholeAuthorization && value.contains(0x20) }

    /// What the value identifies according to the names around it.
    var nouns: [String]? {
        if let own = request.procedure?.nouns(ofParameterAt: sink, in: bytes) { return own }
        var fieldName: String?
        if case .field(let name) = part.kind { fieldName = name }
        return sink.nouns(in: bytes, fieldName: fieldName, resource: request.resource)
    }
}
