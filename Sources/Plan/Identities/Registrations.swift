import Formats
import Traffic

/// The registrations and logins in all sessions of a recording.
struct Registrations {
    /// A session that logs in a person, and the earlier one that registered them.
    private(set) var pairs: [(earlier: Int, later: Int)] = []
    /// The names used in registrations and logins, by session; without those of HTTP Basic, which may belong to a
    /// program.
    private(set) var names: [Int: Set<[UInt8]>] = [:]

    private struct Person {
        /// Sessions that register the person, and when.
        var registrations: [(session: Int, endedNs: Int64)] = []
        /// Sessions that log the person in, and when they first do.
        var logins: [Int: Int64] = [:]
    }

    private var people: [[UInt8]: Person] = [:]

    init(_ sessions: [RecordedSession]) {
        for (index, session) in sessions.enumerated() {
            var hasBasic = false
            for (number, exchange) in session.exchanges.enumerated() {
                guard let request = exchange.request, people.count < CredentialFinder.recordingLimit else { continue }
                let isBasic = !hasBasic && Registrations.mentionsBasic(request.head)
                guard isBasic || Registrations.mentionsPassword(request.body),
                    case .success(let draft) = ParsedRequest.make(of: exchange, at: number)
                else { continue }
                hasBasic = hasBasic || isBasic
                add(draft, exchange, session: index)
            }
        }
        for person in people.values {
            for (session, beganNs) in person.logins {
                guard !person.registrations.contains(where: { $0.session == session }),
                    let earlier = person.registrations.last(where: { $0.endedNs <= beganNs })
                else { continue }
                pairs.append((earlier.session, session))
            }
        }
    }

    private mutating func add(_ draft: ParsedRequest, _ exchange: Exchange, session: Int) {
        let fields = CredentialFinder.credentials(in: draft)
        let names = (fields + CredentialFinder.basic(in: draft)).filter { $0.kind == .name }.map {
            CredentialFinder.folded($0.value)
        }
        self.names[session, default: []].formUnion(fields.filter { $0.kind == .name }.map(\.value))
        for name in names {
            if people[name]?.logins[session] == nil {
                people[name, default: Person()].logins[session] = exchange.began.nanoseconds
            }
        }
        // `PUT /accounts/ann` with a password, and perhaps an address: the path names the person.
        let named = draft.method == "PUT" ? Registrations.lastSegment(of: draft.target) : nil
        let isMade = !fields.isEmpty && Registration.isMade(by: draft, status: exchange.status)
        for name in (isMade ? names : []) + [named.map(CredentialFinder.folded)].compactMap(\.self) {
            people[name, default: Person()].registrations.append((session, exchange.ended.nanoseconds))
        }
    }

    private static func lastSegment(of target: [UInt8]) -> [UInt8]? {
        target.withUnsafeBufferPointer { target in
            let last = URLParts(target, 0..<target.count).segments(target).last { !$0.isEmpty }
            return last.map { PercentText.decoded(target, $0, plusIsSpace: false) }
        }
    }

    private static func mentionsPassword(_ body: [UInt8]) -> Bool {
        !body.isEmpty && body.count <= loginLimit
            && (CredentialFinder.mentionsPassword(body) || PositionalCredentials.mayBe(in: body))
    }

    private static func mentionsBasic(_ head: [UInt8]) -> Bool {
        head.withUnsafeBufferPointer { head in
            ByteSearch.end(of: basic, in: head) != nil || ByteSearch.end(of: lowerBasic, in: head) != nil
        }
    }

    /// The longest body of a login or a registration, in bytes.
    private static let loginLimit = 8 << 10
    private static let basic = Array(": Basic ".utf8)
    private static let lowerBasic = Array(": basic ".utf8)
}
