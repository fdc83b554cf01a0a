/// The edits of a request's parts: its values and everything computed from them: lengths inside the body, digests of
/// the body, and the response to a Digest authentication challenge.
struct DerivedEdits {
    /// The edits of each part, in order of position.
    private(set) var edits: [[Resolution.Edit]]
    /// The body as it is sent.
    private(set) var body: Template
    /// Fields with a digest of the body in an unknown form.
    private(set) var staleDigests: [String] = []

    /// - Parameters:
    ///   - request: the request.
    ///   - sent: its body as recorded.
    ///   - edits: the value edits of each part.
    init(of request: ParsedRequest, sent: [UInt8], edits: [[Resolution.Edit]]) {
        self.edits = edits
        body = Template(sent)
        let last = request.parts.count - 1
        if !edits[last].isEmpty {
            self.edits[last] = DerivedEdits.lengths(in: request.body, edits[last])
            let content = Template(request.body.bytes, edits: self.edits[last])
            body = request.coding.map { Template(content, in: $0) } ?? content
            addDigests(request, sent: sent, content: content)
        } else if request.coding == nil {
            body = Template(request.body.bytes)
        }
        answerChallenges(request)
    }

    /// `edits` of a body together with the edits of the lengths in it that change with them.
    private static func lengths(in body: ParsedRequest.Part, _ edits: [Resolution.Edit]) -> [Resolution.Edit] {
        guard case .body(.multipart) = body.kind else { return edits }
        var edits = edits
        let lengths = body.bytes.withUnsafeBufferPointer { InnerLengths.find(in: $0) }
        // Inner messages first: the outer ones count their bytes.
        for length in lengths.sorted(by: { $0.content.count < $1.content.count }) {
            let inside = edits.filter { length.content.contains($0.range.lowerBound) }
            guard !inside.isEmpty, !edits.contains(where: { $0.range.overlaps(length.digits) }) else { continue }
            var content = Template()
            content.append(body.bytes, length.content, edits: inside)
            edits.append(Resolution.Edit(range: length.digits, value: nil, encoding: .length(content)))
            edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        }
        return edits
    }

    /// Adds the digests of the body that fields and the target hold, computed from the body as it is sent or before
    /// compression.
    private mutating func addDigests(_ request: ParsedRequest, sent: [UInt8], content: Template) {
        // `PUT /blobs/uploads/1?digest=sha256:…`
        for found in BodyDigest.find(in: request.target, of: sent)
        where !edits[0].contains(where: { $0.range.overlaps(found.range) }) {
            let digest = BodyDigest(algorithm: found.algorithm, form: found.form, content: body)
            edits[0].append(Resolution.Edit(range: found.range, value: nil, encoding: .digest(digest)))
            edits[0].sort { $0.range.lowerBound < $1.range.lowerBound }
        }
        for (index, part) in request.parts.enumerated() {
            guard case .field(let name) = part.kind, edits[index].isEmpty,
                part.rule == .any || part.rule == .withoutValues
            else { continue }
            if BodyDigest.isLength(name), !sent.isEmpty, part.bytes.elementsEqual(String(sent.count).utf8) {
                edits[index] = [Resolution.Edit(range: 0..<part.bytes.count, value: nil, encoding: .length(body))]
                continue
            }
            var found = BodyDigest.find(in: part.bytes, called: name, of: sent).map { ($0, body) }
            if found.isEmpty, request.coding != nil {
                found = BodyDigest.find(in: part.bytes, called: name, of: request.body.bytes).map { ($0, content) }
            }
            edits[index] = found.map { digest, content in
                let encoding = BodyDigest(algorithm: digest.algorithm, form: digest.form, content: content)
                return Resolution.Edit(range: digest.range, value: nil, encoding: .digest(encoding))
            }
            if found.isEmpty, BodyDigest.isNamed(name) { staleDigests.append(name) }
        }
    }

    /// Passes the target and the body to the Digest authentication responses that are computed from them.
    private mutating func answerChallenges(_ request: ParsedRequest) {
        for part in request.parts.indices {
            for edit in edits[part].indices {
                guard case .digestAuthorization(var field) = edits[part][edit].encoding else { continue }
                field.target = Template(request.target, edits: edits[0])
                field.body = body
                edits[part][edit].encoding = .digestAuthorization(field)
            }
        }
    }
}
