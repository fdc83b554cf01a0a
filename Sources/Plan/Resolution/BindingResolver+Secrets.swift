extension BindingResolver {
    /// Writes the values that clients compute from passwords, where something in them differs from clone to clone.
    mutating func writeSecrets() {
        guard !search.secrets.isEmpty else { return }
        let sent = sentValues(of: Set(search.secrets.map(\.sink.request)))
        for use in search.secrets where isFree(use.sink) {
            guard let form = use.form else {
                note(
                    .token(algorithm: nil, lifetimeSeconds: nil, run: nil, sentAsRecorded: .passwordForm), at: use.sink)
                continue
            }
            let inputs = inputs(of: use, sent[use.sink.request] ?? [])
            var content = Template()
            for part in form.parts {
                switch part {
                case .password: content.append(inputs.password)
                case .name: content.append(inputs.name)
                case .salt: content.append(inputs.salt)
                case .colon: content.literal += ":".utf8
                case .passwordHash:
                    guard let algorithm = form.algorithm else { continue }
                    var inner = Template()
                    inner.append(inputs.password)
                    content.append(
                        .digest(BodyDigest(algorithm: algorithm, form: .hex(isUppercase: false), content: inner)))
                }
            }
            guard !content.values.isEmpty else { continue }
            write(content, form, use)
        }
    }

    /// A value that goes into a secret.
    fileprivate enum Input {
        case recorded([UInt8])
        case value(Int)
    }

    private mutating func inputs(of use: SecretUse, _ sent: [Int]) -> (password: Input, name: Input, salt: Input) {
        let password: Input
        switch use.password {
        case .recorded(let bytes): password = .recorded(bytes)
        case .identity(let index): password = person(index)
        case .text(let template):
            let key = TextKey(template: template, request: nil)
            let index = textValues[key] ?? result.append(.identity(template), recorded: [])
            textValues[key] = index
            password = .value(index)
        }
        let name = use.name.map { person($0) } ?? .recorded([])
        let salt: Input
        switch use.salt {
        case nil: salt = .recorded([])
        case .sent(let value):
            salt = sent.first { result.recorded[$0] == value }.map { .value($0) } ?? .recorded(value)
        case .given(let request, let locator, let value):
            salt = .value(source(of: value, at: locator, request: request))
            note(.bound(request: request, locator), at: use.sink)
        }
        return (password, name, salt)
    }

    private mutating func person(_ index: Int) -> Input {
        let identity = identities.identities[index]
        guard let template = identity.template else { return .recorded(identity.name) }
        let value = identityValues[index] ?? result.append(.identity(template), recorded: identity.name)
        identityValues[index] = value
        return .value(value)
    }

    /// The values that each of `requests` has so far, ascending.
    private func sentValues(of requests: Set<Int>) -> [Int: [Int]] {
        var values: [Int: [Int]] = [:]
        for (key, edits) in result.edits where requests.contains(key.request) {
            values[key.request, default: []] += edits.compactMap(\.value)
        }
        return values.mapValues { $0.sorted() }
    }

    private mutating func write(_ content: Template, _ form: SecretForm, _ use: SecretUse) {
        let inner: ValueEncoding
        switch (form.algorithm, form.text) {
        case (let algorithm?, .hex(let isUppercase)):
            inner = .digest(BodyDigest(algorithm: algorithm, form: .hex(isUppercase: isUppercase), content: content))
        case (let algorithm?, .base64(let alphabet)):
            inner = .digest(BodyDigest(algorithm: algorithm, form: .base64(alphabet), content: content))
        case (nil, .hex(let isUppercase)): inner = .nested(content, .hex(isUppercase: isUppercase))
        case (nil, .base64(let alphabet)): inner = .nested(content, .base64(alphabet))
        }
        let sink = use.sink
        let isLine = isInLine(sink)
        let outer = search.bytes(around: sink, of: reading).withUnsafeBufferPointer { bytes in
            ValueEncoding.reproducing(sink, in: bytes, isLine: isLine).map { encoding in
                (encoding, Array(sink.value(in: bytes).prefix(use.prefixCount)))
            }
        }
        guard let (encoding, prefix) = outer else { return }
        var whole = Template(prefix)
        whole.append(inner)
        put(Resolution.Edit(range: sink.range, value: nil, encoding: .nested(whole, encoding)), at: sink)
        if case .identity(let index) = use.password, identities.identities[index].template != nil {
            note(.identity(index), at: sink)
        }
    }
}

extension Template {
    /// Appends a value that goes into a secret.
    fileprivate mutating func append(_ input: BindingResolver.Input) {
        switch input {
        case .recorded(let bytes): literal += bytes
        case .value(let index):
            places.append(Place(offset: UInt32(literal.count), value: UInt32(index), encoding: .raw))
        }
    }

    /// Appends a place that is computed from other values.
    fileprivate mutating func append(_ encoding: ValueEncoding) {
        places.append(Place(offset: UInt32(literal.count), value: 0, encoding: encoding))
    }
}
