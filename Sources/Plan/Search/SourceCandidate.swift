import Formats

/// A place in a recorded response whose value also occurs in a request of the session.
struct SourceCandidate {
    /// Index into the session's drafts.
    var request: Int
    /// When the last byte of the response was seen, in nanoseconds since the epoch.
    var endedNs: Int64
    var locator: ValueSource.Locator
    /// Hash of the endpoint and of the place in its responses, the same in every session.
    var source: UInt64
    var value: [UInt8]
    /// Whether the value is made to be sent back; the latest one then counts.
    var isToken: Bool
    var isInArray: Bool
    /// Whether it was found by its surroundings instead of by a name.
    var isLoose: Bool
    /// The option of a page that it is; nil if it is not an option.
    var choice: Choice?
    /// Whether the option is identified by its text, which the client wrote earlier.
    var isChosenByText = false
    /// Whether the client had sent the value before; the place then counts only if it is made to be sent back.
    var isEcho = false
    /// Numbers of at most this many digits are so common that they count only with matching names around them.
    static let smallNumberCount = 4
    /// The length from which a value of only letters counts as a token, if its name says that it is one.
    static let shortestTokenCount = 12
    /// What the value identifies according to the names around it; nil when they do not indicate an identifier.
    var nouns: [String]?
}

extension SourceCandidate {
    /// How well this place explains the value of `sink`: higher is better, nil means not at all.
    ///
    /// - Parameters:
    ///   - verdict: the evidence of all sessions about the two places.
    ///   - name: the name of the value's place; nil if it does not matter.
    ///   - isClients: whether the client itself had sent the value under a name, up to the candidate's own request.
    func fit(
        _ sink: Sink, in part: UnsafeBufferPointer<UInt8>, verdict: @autoclosure () -> BindingEvidence.Verdict,
        name: String? = nil, nouns: @autoclosure () -> [String]?, isClients: (String) -> Bool
    ) -> Int? {
        var score = (isInArray ? 0 : 2) - (isLoose ? 3 : 0) - (choice != nil ? 2 : 0)
        let isSameName =
            name.map { own in locator.lastName.map { IdentityFieldName.plain($0) == own } ?? false } ?? false
        // Of several places with the value, the one with the same name is preferred, in a list or not.
        if isSameName { score += 4 }
        if case .cookie(let name) = locator, case .cookie(let range) = sink.place,
            part[range].elementsEqual(name.utf8)
        {
            return score + 4
        }
        if isMade(for: sink, in: part) { return score + 4 }
        if isEcho {
            // A value on which sessions agree was not chosen by the client in the others.
            if verdict() == .confirmed { return score }
            guard sink.distinctiveness == .weak, value.count <= SourceCandidate.smallNumberCount,
                let name = self.nouns?.first(where: { nouns()?.contains($0) == true }), !isClients(name),
                verdict() != .contradicted
            else { return nil }
            return score + 1 + (isFollowed(by: sink, in: part) ? SourceCandidate.followedLink : 0)
        }
        switch sink.distinctiveness {
        case .never: return nil
        case .strong: return score
        case .faint: return verdict() == .confirmed ? score : nil
        case .weak:
            // A value of only letters counts as a token when its name says so.
            if isToken, value.count >= SourceCandidate.shortestTokenCount { return score }
            let wanted = nouns()
            let bonus = agreement(with: wanted)
            switch verdict() {
            // Of two places that agree in most sessions, the one that agrees in all is preferred.
            case .confirmed: return score + SourceCandidate.confirmation + bonus
            case .contradicted: return nil
            case .unknown: break
            }
            if isWordOfLink { return nil }
            guard self.nouns != nil, wanted != nil else { return nil }
            // Small numbers occur everywhere: item 7 is not user 7. Longer texts contain numbers of all kinds.
            var isInText = false
            if case .number = sink.place { isInText = true }
            guard isInText ? bonus > 0 && value.count > 1 : bonus > 0 || value.count > SourceCandidate.smallNumberCount
            else { return nil }
            return score + bonus
        }
    }
}

extension SourceCandidate {
    /// The bonus of a place that explains the value in all sessions.
    private static let confirmation = 3
    /// The bonus of a link that the request follows. The link counts more than a place with the id of another kind of
    /// resource, which is the same number in a fresh database, and less than a place with the id of the same kind.
    private static let followedLink = 5

    /// How well the identified thing matches `wanted`: 2 by the name next to the value, 1 by another name around it, 0
    /// not at all.
    private func agreement(with wanted: [String]?) -> Int {
        guard let nouns, let wanted, let own = nouns.first else { return 0 }
        if wanted.contains(own) { return 2 }
        return nouns.contains { wanted.contains($0) } ? 1 : 0
    }

    /// Whether the place in the response is made to be sent back where `sink` is, regardless of the value: a validator
    /// in a condition, a field of a page in that page's form, or a version counter.
    func isMade(for sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard choice == nil else { return false }
        return switch (locator, sink.place) {
        case (.header(let name), .condition), (.trailer(let name), .condition):
            SourceCandidate.validators.contains(name.lowercased())
        case (.html(let name, _), .form(let field)):
            part[field].elementsEqual(name.utf8)
                || PercentText.decoded(part, field, plusIsSpace: true).elementsEqual(name.utf8)
        case (_, .query(let name)), (_, .form(let name)), (_, .json(let name?, _)), (_, .xml(let name?, _)):
            isVersion(forField: String(decoding: part[name], as: UTF8.self), sink, in: part)
        default: false
        }
    }

    /// Whether the request goes to a link of a page, the first with its pattern, and the value is the same segment in
    /// both.
    private func isFollowed(by sink: Sink, in target: UnsafeBufferPointer<UInt8>) -> Bool {
        guard case .path(let index, _) = sink.place, sink.layer == nil,
            case .inside(.link(let pattern, ordinal: 0), .pathSegment(index)) = locator
        else { return false }
        return pattern.matches(target, 0..<target.count)
    }

    /// Whether the value is a version sent in the request field of the same name, possibly as a condition:
    /// `if_primary_term` takes the value of `_primary_term`. Such a version is often the same in all sessions but
    /// different on the target.
    private func isVersion(forField name: String, _ sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.utf8.count <= 24, sink.distinctiveness == .strong || part[sink.range].allSatisfy(ASCII.isDigit)
        else { return false }
        let plain = IdentityFieldName.plain(name)
        let own = plain.hasPrefix("if") ? String(plain.dropFirst(2)) : plain
        return SourceCandidate.versions.contains(own) && locator.lastName.map(IdentityFieldName.plain) == own
    }

    /// Names of fields with an object's version, in lowercase without separators.
    private static let versions: Set<String> = [
        "version", "revision", "rev", "modrevision", "createrevision", "seqno", "primaryterm", "lockversion",
        "rowversion",
        "docversion", "versionnumber", "optlock", "generation", "resourceversion",
    ]

    /// Whether it is a segment of a page's link that may be an ordinary word: `about`, `jquery.js`. A slug made from a
    /// title separates its words: `my-first-article`.
    private var isWordOfLink: Bool {
        guard case .inside(.link, .pathSegment) = locator else { return false }
        return value.contains(UInt8(ascii: ".")) && !value.contains(UInt8(ascii: "@"))
            || !value.contains { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    private static let validators: Set<String> = ["etag", "last-modified"]
}

extension Sink {
    /// What a value here identifies according to the names around it; nil when a weak value may match by chance.
    ///
    /// - Parameter resource: the resource named by the request's path.
    func nouns(in part: UnsafeBufferPointer<UInt8>, fieldName: String?, resource: String?) -> [String]? {
        func text(_ range: Range<Int>) -> String { String(decoding: part[range], as: UTF8.self) }
        switch place {
        case .path(_, let previous): return previous.map { [IdentifierName.singular(text($0))] }
        case .query(let name), .form(let name):
            return IdentifierName.nouns(
                ofField: String(decoding: Coding.form.decoded(part, name), as: UTF8.self), resource: resource)
        case .json(let name?, let parent), .xml(let name?, let parent):
            guard let noun = IdentifierName.noun(text(name)) else { return nil }
            guard noun.isEmpty else { return [noun] }
            return (parent.map { IdentifierName.nouns(ofParent: text($0)) } ?? []) + [resource].compactMap(\.self)
        case .header:
            guard let noun = fieldName.flatMap(IdentifierName.noun) else { return nil }
            return [noun.split(separator: "-").last.map(String.init) ?? noun]
        case .number(_, let word?, _):
            let name = text(word)
            guard let noun = IdentifierName.noun(name) else { return [IdentifierName.singular(name)] }
            return noun.isEmpty ? [resource].compactMap(\.self) : [noun]
        case .json(nil, _), .xml(nil, _), .cookie, .condition, .protobuf, .name, .piece, .part, .number, .origin:
            return nil
        }
    }
}

extension IdentifierName {
    /// The resource named by the path of a request target: its last segment that is a name.
    static func resource(ofTarget target: UnsafeBufferPointer<UInt8>) -> String? {
        let segments = URLParts(target, 0..<target.count).segments(target)
        let name = segments.last { segment in
            !segment.isEmpty
                && target[segment].allSatisfy { byte in
                    PercentStyle.isUnreserved(byte) && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                }
        }
        return name.map { singular(String(decoding: target[$0], as: UTF8.self)) }
    }
}

extension ParsedRequest {
    /// The resource of the request: named by its GraphQL operation, by the procedure that it calls, or by its path.
    var resource: String? {
        if let operation { return IdentifierName.nouns(ofParent: operation).last }
        if let own = procedure?.resource { return own }
        return target.withUnsafeBufferPointer { IdentifierName.resource(ofTarget: $0) }
    }
}
