import Plan
import Traffic

/// A byte of options, then exchanges separated by 0xFE: a byte for the session and the delay after the previous one,
/// then the request and its response, heads and bodies, separated by 0xFF. Plans the recording and renders every
/// request with the values of the recorded responses.
func fuzzPlan(_ input: UnsafeRawBufferPointer) {
    var reader = InputReader(input)
    let flags = reader.u8()
    var sessions: [UInt32: [Exchange]] = [:]
    var nowNs: Int64 = 1_700_000_000_000_000_000
    for part in reader.all().split(separator: 0xfe).prefix(64) {
        let exchange = recordedExchange(part, &nowNs)
        sessions[exchange.session, default: []].append(exchange)
    }
    var options = PlanOptions()
    options.pacing = flags & 1 != 0 ? .think : .timeline
    options.keepsCookies = flags & 2 != 0
    if flags & 4 != 0 { options.mintKeys = KeyRing([SigningKey(secret: Array("a secret of no great length".utf8))]) }
    if flags & 8 != 0 { options.identityTemplate = nil }
    if flags & 16 != 0 {
        options.tokenEndpoint = TokenEndpoint(path: "/t", kind: .clientCredentials, clientID: "c", clientSecret: [1])
    }
    if flags & 32 != 0 { options.awsKeys = AWSKeys(identifier: "AKIA", secret: "s", sessionToken: "t") }
    if flags & 64 != 0 { options.population = .copies(2) }
    let recorded = sessions.sorted { $0.key < $1.key }.map { RecordedSession(number: $0.key, exchanges: $0.value) }
    let all = recorded.flatMap(\.exchanges)
    let keeps: (Exchange) -> Bool = { flags & 128 == 0 || $0.status != 200 }
    guard let plan = try? ReplayPlan(sessions: recorded, options: options, keeps: keeps) else { return }
    _ = plan.outline()
    for script in plan.scripts { render(script, all) }
}

private func recordedExchange(_ part: ArraySlice<UInt8>, _ nowNs: inout Int64) -> Exchange {
    let flags = part.first ?? 0
    let session = UInt32(flags & 3)
    nowNs += Int64(flags >> 2) * 10_000_000
    let texts = part.dropFirst().split(separator: 0xff, maxSplits: 3, omittingEmptySubsequences: false).map(Array.init)
    func text(_ index: Int) -> [UInt8] { index < texts.count ? texts[index] : [] }
    func message(_ head: [UInt8], _ body: [UInt8]) -> Exchange.Message {
        nowNs += 1_000_000
        let time = CaptureTime(nanoseconds: nowNs)
        return Exchange.Message(head: head, body: body, firstByte: time, lastByte: time)
    }
    let request = message(text(0), text(1))
    let response = texts.count > 2 ? message(text(2), text(3)) : nil
    let digits = response?.head.dropFirst(9).prefix(3) ?? []
    let status = UInt16(String(decoding: digits, as: UTF8.self))
    return Exchange(connection: session, session: session, request: request, response: response, status: status)
}

/// Every request of a clone: as recorded, and with values that are bound, minted and generated.
private func render(_ script: SessionScript, _ recorded: [Exchange]) {
    let asRecorded = CloneValues(recorded: script)
    var values = CloneValues(script: script, clone: 3, now: 1_700_000_000)
    var output: [UInt8] = []
    for index in script.requests.indices {
        let request = script.request(index)
        for source in request.sources {
            for response in recorded.compactMap(\.response) {
                _ = source.value(head: response.head, trailers: response.trailers, body: response.body)
            }
        }
        for needed in request.neededValues { values.mint(needed, of: script, now: 1_700_000_000) }
        values.fillMissing(of: request, script: script)
        for table in [asRecorded, values] {
            output.removeAll(keepingCapacity: true)
            _ = request.target.append(to: &output, values: table)
            for field in request.fields { _ = field.value.append(to: &output, values: table) }
            _ = request.body.append(to: &output, values: table)
            precondition(output.count < 64 << 20, "a request is about as large as it was")
        }
    }
}
