import Traffic

extension BindingResolver {
    /// Identifies the challenge that a request answers: by its service and nonce.
    private struct ChallengeKey: Hashable {
        var authority: String
        var nonce: [UInt8]
    }

    /// Answers Digest challenges if the password is known; otherwise keeps the fields as recorded. A session may
    /// contain several clients at once, each with its own nonce.
    mutating func answerChallenges() {
        var challenges: [ChallengeKey: Int] = [:]
        for (request, parsed) in reading.requests.enumerated() {
            for (part, content) in parsed.parts.enumerated() where content.rule == .credentials {
                guard case .field(let name) = content.kind,
                    let recorded = DigestAuthorization.parameters(of: content.bytes)
                else { continue }
                let login = DigestLogin.find(for: recorded, of: request, in: reading, identities, options)
                let key = ChallengeKey(
                    authority: parsed.authority?.lowercased() ?? "", nonce: recorded["nonce"] ?? [])
                let challenge = login.isKnown ? challenges[key] ?? addChallenge(key, before: request) : nil
                challenges[key] = challenge
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

    /// Takes the challenges from the responses of a service: from the one that gave the nonce, or from all if none was
    /// seen to give it, and from responses to requests with the nonce, which may refuse it as stale.
    ///
    /// - Returns: the index of the challenge in the table; nil when none was received before request `request` began.
    private mutating func addChallenge(_ key: ChallengeKey, before request: Int) -> Int? {
        let reading = reading
        let beganNs = reading.beganNs(request)
        let own = reading.requests.indices.filter {
            reading.requests[$0].authority?.lowercased() ?? "" == key.authority
        }
        let given = own.filter { reading.value(at: .challenge, of: $0) != nil }
        let earlier = given.filter { reading.exchange($0).ended.nanoseconds <= beganNs }
        let giver = earlier.last { index in
            DigestChallenge.all(in: reading.value(at: .challenge, of: index) ?? []).contains { $0.nonce == key.nonce }
        }
        guard let first = giver ?? earlier.first, let recorded = reading.value(at: .challenge, of: first) else {
            return nil
        }
        let answered = own.filter { index in
            let isAnswer = reading.requests[index].parts.contains { part in
                part.rule == .credentials && DigestAuthorization.parameters(of: part.bytes)?["nonce"] == key.nonce
            }
            // A nonce of a response is for the requests that are recorded with it.
            return isAnswer && !given.contains(index)
        }
        let index = result.append(.bound, recorded: recorded)
        for response in Set((giver.map { [$0] } ?? given) + answered).sorted() {
            result.sources[response, default: []].append(ValueSource(value: index, locator: .challenge))
        }
        return index
    }
}
