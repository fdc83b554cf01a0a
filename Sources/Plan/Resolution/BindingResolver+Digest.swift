import Traffic

extension BindingResolver {
    /// Answers Digest authentication challenges where the password is known, and keeps the fields as recorded where it
    /// is not.
    mutating func answerChallenges() {
        var challenges: [String: Int] = [:]
        for (request, parsed) in reading.requests.enumerated() {
            for (part, content) in parsed.parts.enumerated() where content.rule == .credentials {
                guard case .field(let name) = content.kind,
                    let recorded = DigestAuthorization.parameters(of: content.bytes)
                else { continue }
                let login = DigestLogin.find(for: recorded, of: request, in: reading, identities, options)
                let authority = parsed.authority?.lowercased() ?? ""
                let challenge = login.isKnown ? challenges[authority] ?? addChallenge(authority, before: request) : nil
                challenges[authority] = challenge
                var reason: UnsignedReason? = login.isKnown ? .noChallenge : .noPassword
                if let challenge, let user = login.user, let password = login.password {
                    reason = nil
                    let field = DigestAuthorization(
                        recorded: recorded, method: parsed.method, user: text(user), password: text(password),
                        challenge: challenge, target: Template(), body: Template())
                    let whole = 0..<content.bytes.count
                    occupy(
                        request, part, Resolution.Edit(range: whole, value: nil, encoding: .digestAuthorization(field)))
                } else {
                    occupy(request, part, nil)
                }
                let algorithm = recorded["algorithm"].map { String(decoding: $0, as: UTF8.self) } ?? "MD5"
                result.uses.append(
                    Resolution.Use(
                        origin: .token(
                            algorithm: "Digest \(algorithm)", lifetimeSeconds: nil, run: nil, sentAsRecorded: reason),
                        request: request, place: "field \(name)"))
            }
        }
    }

    private mutating func text(_ value: DigestLogin.Value) -> DigestAuthorization.Text {
        switch value {
        case .recorded(let bytes): return .recorded(bytes)
        case .identity(let identity):
            guard let template = identities.identities[identity].template else {
                return .recorded(identities.identities[identity].name)
            }
            let index =
                identityValues[identity]
                ?? result.append(.identity(template), recorded: identities.identities[identity].name)
            identityValues[identity] = index
            return .value(index)
        case .text(let template, let recorded):
            let key = TextKey(template: template, request: nil)
            let index = textValues[key] ?? result.append(.identity(template), recorded: recorded)
            textValues[key] = index
            return .value(index)
        }
    }

    /// Extracts the challenges from the responses of `authority`: from those that had one, and from those to requests
    /// with an answer, since a server may refuse a nonce that is too old.
    ///
    /// - Returns: the index of the challenge in the table; nil when none was received before request `request` began.
    private mutating func addChallenge(_ authority: String, before request: Int) -> Int? {
        let reading = reading
        let own = reading.requests.indices.filter { index in
            reading.requests[index].authority?.lowercased() ?? "" == authority
                && (reading.value(at: .challenge, of: index) != nil
                    || !CredentialFinder.digest(in: reading.requests[index]).isEmpty)
        }
        let beganNs = reading.beganNs(request)
        let earlier = own.filter { reading.exchange($0).ended.nanoseconds <= beganNs }
        guard let recorded = earlier.lazy.compactMap({ reading.value(at: .challenge, of: $0) }).first else {
            return nil
        }
        let index = result.append(.bound, recorded: recorded)
        for response in own {
            result.sources[response, default: []].append(ValueSource(value: index, locator: .challenge))
        }
        return index
    }
}
