import Formats

/// The user's decisions about bindings, which take precedence over the search.
public struct BindingRules: Sendable {
    /// A place in the requests, or in the responses, of an endpoint.
    public struct Place: Hashable, Sendable {
        /// A method and a path, with `{…}` for any segment or part of one: `GET /items/{id}`, `GET /Items({id})`.
        public var endpoint: String
        /// The place, in the notation of ``PlanFindings``: `$.access_token`, `field Authorization`.
        public var place: String

        /// See the properties for the meaning of each parameter.
        public init(endpoint: String, place: String) {
            self.endpoint = endpoint
            self.place = place
        }

        /// Whether the endpoint matches the request `draft`.
        func matches(_ draft: ParsedRequest) -> Bool {
            let words = endpoint.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0] == draft.method else { return false }
            let own = words[1].split(separator: "/", omittingEmptySubsequences: false)
            let path = CookieField.path(of: draft.target)
                .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            return own.count == path.count && zip(own, path).allSatisfy { Place.isMatch($0, $1) }
        }

        /// Whether a segment of a path has the texts of `pattern` in their order, with at least one byte for each `{…}`
        /// between.
        private static func isMatch(_ pattern: Substring, _ segment: ArraySlice<UInt8>) -> Bool {
            var texts: [[UInt8]] = [[]]
            var isInBraces = false
            for byte in pattern.utf8 {
                if byte == UInt8(ascii: "{"), !isInBraces {
                    isInBraces = true
                    texts.append([])
                } else if byte == UInt8(ascii: "}"), isInBraces {
                    isInBraces = false
                } else if !isInBraces {
                    texts[texts.count - 1].append(byte)
                }
            }
            guard texts.count > 1, !isInBraces, let last = texts.last, segment.starts(with: texts[0]),
                segment.count >= texts[0].count + last.count, segment.suffix(last.count).elementsEqual(last)
            else { return segment.elementsEqual(pattern.utf8) }
            let middle = Array(segment.dropFirst(texts[0].count).dropLast(last.count))
            return middle.withUnsafeBufferPointer { middle in
                var position = 0
                for text in texts[1..<texts.count - 1] {
                    guard position < middle.count, let end = ByteSearch.end(of: text, in: middle, from: position + 1)
                    else { return false }
                    position = end
                }
                return position < middle.count
            }
        }
    }

    /// One decision.
    public struct Rule: Sendable {
        /// The binding's name.
        public var name: String?
        /// Where the value is in a response; nil if it is ``value``.
        public var source: Place?
        /// A text for every clone, with placeholders such as `{clone}`, in place of the recorded value at the sinks.
        public var value: String?
        /// Whether a `{uuid}` in ``value`` is the same for the whole clone instead of new in each request.
        public var isForClone = false
        /// The name of the value that the user's command is asked for, once for every clone.
        public var asked: String?
        /// The name of the signature that the user's command is asked for, for every request.
        public var signature: String?
        /// The places it is put; empty for every place that the search finds.
        public var sinks: [Place]
        /// Whether the places are not bound to this source.
        public var isDropped: Bool
        /// Whether the places are bound to this source in preference to any other, and even if sessions share the
        /// value.
        public var isPinned: Bool

        /// See the properties for the meaning of each parameter.
        public init(
            name: String? = nil, source: Place? = nil, value: String? = nil, sinks: [Place] = [],
            isDropped: Bool = false, isPinned: Bool = false
        ) {
            self.name = name
            self.source = source
            self.value = value
            self.sinks = sinks
            self.isDropped = isDropped
            self.isPinned = isPinned
        }

        /// Whether the rule's source is the place `locator` of the response to `sourceDraft`.
        func matches(source locator: ValueSource.Locator, of sourceDraft: ParsedRequest) -> Bool {
            guard let source, source.matches(sourceDraft) else { return false }
            return source.place == locator.labelWithoutPositions || source.place == locator.description
        }

        func matches(sink place: String, of draft: ParsedRequest) -> Bool {
            sinks.contains { $0.place == place && $0.matches(draft) }
        }
    }

    /// The replacement of a person's value in a login, a registration, or another request.
    public struct IdentityRule: Sendable {
        /// The request's endpoint, with `{…}` for any segment.
        public var endpoint: String
        /// The field that holds the value.
        public var field: String
        /// The replacement, with placeholders; nil if the value is sent as recorded.
        public var value: String?
        /// Whether it is sent as recorded.
        public var isDropped: Bool { value == nil }

        /// See the properties for the meaning of each parameter.
        public init(endpoint: String, field: String, value: String?) {
            self.endpoint = endpoint
            self.field = field
            self.value = value
        }

        func matches(_ draft: ParsedRequest) -> Bool { Place(endpoint: endpoint, place: "").matches(draft) }
    }

    /// What a rule says about one use of a value.
    enum Ruling {
        case dropped, wanted, pinned
    }

    /// The decisions; later ones take precedence.
    public var rules: [Rule]
    /// The decisions about people's values; the last one for a field counts.
    public var identities: [IdentityRule]

    /// See the properties for the meaning of each parameter.
    public init(_ rules: [Rule] = [], identities: [IdentityRule] = []) {
        self.rules = rules
        self.identities = identities
    }

    /// Whether the user declares values to be people's own.
    var namesIdentities: Bool { identities.contains { !$0.isDropped } }

    var isEmpty: Bool { rules.isEmpty }

    /// Whether a rule names the place of `sink` in requests.
    func names(sink: Sink, of draft: ParsedRequest, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !rules.isEmpty else { return false }
        let place = sink.label(of: draft.parts[sink.part].kind, in: bytes)
        return rules.contains { $0.matches(sink: place, of: draft) }
    }

    /// What the rules say about putting the value at `locator` of `sourceDraft`'s response at `place` of `draft`; nil
    /// if nothing.
    func ruling(
        _ locator: ValueSource.Locator, of sourceDraft: ParsedRequest, at place: String, of draft: ParsedRequest
    ) -> (ruling: Ruling, rule: Int)? {
        for (index, rule) in rules.enumerated().reversed() where rule.matches(source: locator, of: sourceDraft) {
            if rule.isDropped {
                if rule.sinks.isEmpty || rule.matches(sink: place, of: draft) { return (.dropped, index) }
            } else if rule.matches(sink: place, of: draft) {
                return (rule.isPinned ? .pinned : .wanted, index)
            }
        }
        return nil
    }

    /// What the user's command is asked for at `place`; nil if nothing.
    func asked(at place: String, of draft: ParsedRequest) -> (name: String, isSignature: Bool, rule: Int)? {
        let rule = rules.lastIndex { ($0.asked ?? $0.signature) != nil && $0.matches(sink: place, of: draft) }
        guard let rule else { return nil }
        return rules[rule].signature.map { ($0, true, rule) } ?? rules[rule].asked.map { ($0, false, rule) }
    }

    /// Whether the user's command is asked for anything.
    public var needsCommand: Bool { rules.contains { ($0.asked ?? $0.signature) != nil } }

    /// The text that is at `place` for every clone; nil if there is none.
    func template(
        at place: String, of draft: ParsedRequest, _ feeds: Feeds
    ) -> (template: IdentityTemplate, rule: Int)? {
        let rule = rules.lastIndex { $0.value != nil && $0.matches(sink: place, of: draft) }
        guard let rule, let value = rules[rule].value else { return nil }
        return (IdentityTemplate(any: value, feeds: feeds), rule)
    }

    /// The rules that take a value from a response for `place` of `draft`, last first.
    func sources(for place: String, of draft: ParsedRequest) -> [(rule: Int, source: Place)] {
        rules.indices.reversed().compactMap { index in
            guard let source = rules[index].source, !rules[index].isDropped,
                rules[index].matches(sink: place, of: draft)
            else { return nil }
            return (index, source)
        }
    }
}
