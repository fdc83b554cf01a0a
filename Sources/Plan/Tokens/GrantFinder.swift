import Credentials
import Formats
import Traffic

/// Finds the grants of a session's logins and how they are renewed.
///
/// A grant authorises requests: a value in their Authorization (or another credential field), a JWT, or a cookie that a
/// login set. The request whose response gave it is its login. A later request is its refresh when it carries a value
/// of the grant, looks like a refresh, and its response gives new values in place of the login's.
struct GrantFinder {
    /// The most grants of a session.
    static let limit = 64
    /// The most requests of a login.
    static let stepLimit = 16
    /// The longest body that is searched for the name of a refresh token.
    static let bodyLimit = 4096

    /// A grant while it is being collected.
    private struct Found {
        /// Login and refreshes.
        var renewers: [Int]
        /// The values that its responses gave, grouped by role. The values of a group replace each other with each
        /// response.
        var families: [[Int]] = []
        /// The group of each place in responses.
        var places: [ValueSource.Locator: Int] = [:]
        var credentials: Set<Int> = []
        /// Cookies set by its responses.
        var cookies: Set<[UInt8]> = []
        /// Whether its login was recognised as one, so that its cookies authorise requests.
        var isLogin = false

        mutating func add(_ value: Int, at place: ValueSource.Locator, family: Int?) {
            let own = families.firstIndex { $0.contains(value) } ?? family ?? families.count
            if own == families.count { families.append([]) }
            if !families[own].contains(value) { families[own].append(value) }
            if places[place] == nil { places[place] = own }
        }

        func holds(_ value: Int) -> Bool { families.contains { $0.contains(value) } }
    }

    /// Findings about one request.
    private struct Note {
        /// The grants it carries.
        var grants: [Int] = []
        /// The grant its response renews.
        var renews: Int?
        /// Where its response gives the lifetime of that grant.
        var lifetimes: [JSONPath]?
        /// Additional values to take from its response, for a later renewal of the grant.
        var sources: [ValueSource] = []

        func add(to request: inout RequestScript) {
            if !grants.isEmpty { request.grants += grants }
            if let renews { request.renews = renews }
            if let lifetimes { request.lifetimes = lifetimes }
            for source in sources where !request.sources.contains(source) { request.sources.append(source) }
        }
    }

    private let session: RecordedSession
    private let drafts: [ParsedRequest]
    /// Whether each draft logs someone in or registers someone.
    private let haveCredentials: [Bool]
    private let responseBodies: [[UInt8]]
    private let recorded: [[UInt8]]
    /// The requests without grants.
    private var requests: [RequestScript]
    /// Findings about the requests, by index.
    private var notes: [Note]
    private(set) var grants: [Grant] = []
    private(set) var renewalRequests: [RequestScript] = []
    /// The names of the fields that each credential is in, in lowercase.
    private var credentials: [Int: Set<String>] = [:]
    private var found: [Found] = []

    /// - Parameters:
    ///   - requests: the scripts of the requests of `reading`.
    ///   - recorded: the session's recorded values.
    init(_ reading: SessionReading, requests: [RequestScript], recorded: [[UInt8]]) {
        session = reading.session
        drafts = reading.requests
        haveCredentials = reading.credentials.map { !$0.isEmpty }
        responseBodies = reading.responseBodies
        self.requests = requests
        notes = Array(repeating: Note(), count: requests.count)
        self.recorded = recorded
    }

    /// Finds the grants, and the requests that carry and renew them.
    mutating func find() {
        findCredentials()
        for index in requests.indices { look(at: index) }
        for index in found.indices { finish(index) }
        for number in grants.indices { noteCarried(number) }
    }

    /// Adds a grant that is fetched from a token endpoint.
    mutating func add(_ fetching: TokenEndpoint.Fetching) {
        grants.append(fetching.grant)
        for var step in fetching.steps {
            step.renews = grants.count - 1
            renewalRequests.append(step)
        }
        noteCarried(grants.count - 1)
    }

    /// A request together with the findings about it.
    func request(_ index: Int) -> RequestScript {
        var request = requests[index]
        notes[index].add(to: &request)
        return request
    }

    /// All requests together with the findings about them; the finder has none afterwards.
    mutating func takeRequests() -> [RequestScript] {
        var taken: [RequestScript] = []
        swap(&taken, &requests)
        for index in taken.indices { notes[index].add(to: &taken[index]) }
        return taken
    }

    private mutating func findCredentials() {
        let bound = Set(requests.flatMap { $0.sources.map(\.value) })
        for index in requests.indices {
            for field in requests[index].fields where !field.value.isLiteral && !field.value.answersChallenge {
                let isCredential = GrantFinder.isCredential(field: field.name)
                for value in field.value.values where bound.contains(value) && (isCredential || isToken(value)) {
                    credentials[value, default: []].insert(field.name.lowercased())
                }
            }
            for value in requests[index].target.values where bound.contains(value) && isToken(value) {
                credentials[value, default: []].insert(":target")
            }
        }
    }

    private func isToken(_ value: Int) -> Bool {
        recorded[value].withUnsafeBufferPointer { RecordedToken.isLikely($0, 0..<$0.count) }
    }

    /// Whether a field identifies its sender. An anti-CSRF token does not.
    private static func isCredential(field name: String) -> Bool {
        CallerName.isCredentialHeader(name) && CredentialField.named(name) != .cookie
    }

    private mutating func look(at index: Int) {
        let sources = requests[index].sources
        // A response that repeats a known token gives nothing new.
        let given = sources.filter { source in
            credentials[source.value] != nil && !found.contains { $0.holds(source.value) }
        }
        let isLogin = haveCredentials[index] && !isRegistration(index)
        var cookies = cookiesSet(by: index)
        // A login may keep using the cookie that an earlier page set.
        if isLogin, cookies.isEmpty { cookies = Set(requests[index].cookieNames) }
        if isRefresh(index), let old = found.indices.last(where: { carries(index, found[$0]) }),
            gives(index, found[old])
        {
            refresh(old, by: index, cookies: cookies)
        } else if !given.isEmpty || isLogin && !cookies.isEmpty, found.count < GrantFinder.limit {
            var grant = Found(renewers: [index])
            for source in sources { grant.add(source.value, at: source.locator, family: nil) }
            grant.credentials = Set(given.map(\.value))
            grant.cookies = cookies
            grant.isLogin = isLogin
            found.append(grant)
        }
    }

    private mutating func refresh(_ grant: Int, by index: Int, cookies: Set<[UInt8]>) {
        found[grant].renewers.append(index)
        found[grant].cookies.formUnion(cookies)
        for source in requests[index].sources {
            let own = found[grant].places[source.locator] ?? family(of: source.value, in: found[grant])
            found[grant].add(source.value, at: source.locator, family: own)
            if credentials[source.value] != nil { found[grant].credentials.insert(source.value) }
        }
    }

    /// The group with a credential in the same field as `value`.
    private func family(of value: Int, in grant: Found) -> Int? {
        guard let fields = credentials[value] else { return nil }
        return grant.families.firstIndex { family in
            family.contains { credentials[$0].map { !$0.isDisjoint(with: fields) } ?? false }
        }
    }

    /// Whether a request sends any value of `grant`.
    private func carries(_ index: Int, _ grant: Found) -> Bool {
        requests[index].neededValues.contains(where: grant.holds)
            || requests[index].cookieNames.contains(where: grant.cookies.contains)
    }

    /// Whether a request's response gives new values at the login's places.
    private func gives(_ index: Int, _ grant: Found) -> Bool {
        requests[index].sources.contains { credentials[$0.value] != nil }
            || grant.places.contains { place, family in
                guard grant.families[family].contains(where: grant.credentials.contains),
                    let value = value(at: place, of: index)
                else { return false }
                return !grant.families[family].contains { recorded[$0] == value }
            }
    }

    private func value(at place: ValueSource.Locator, of index: Int) -> [UInt8]? {
        guard let response = session.exchanges[drafts[index].exchange].response else { return nil }
        return ValueSource(value: 0, locator: place).value(
            head: response.head, trailers: response.trailers, body: responseBodies[index])
    }

    private func cookiesSet(by index: Int) -> Set<[UInt8]> {
        guard requests[index].takesCookies, let response = session.exchanges[drafts[index].exchange].response else {
            return []
        }
        var names: Set<[UInt8]> = []
        response.head.withUnsafeBufferPointer { head in
            var fields = HeadFields(head)
            while let field = fields.next() {
                guard fields.isNamed(field, "set-cookie"), let set = SetCookie(head, field.value) else { continue }
                names.insert(set.name)
            }
        }
        return names
    }
}

extension GrantFinder {
    /// Whether a request looks like a token refresh.
    private func isRefresh(_ index: Int) -> Bool {
        // A GET of `/tokens` only checks a token.
        let path = CookieField.path(of: drafts[index].target)
        let isFetch = ["GET", "HEAD"].contains(drafts[index].method)
        return (isFetch ? GrantFinder.pathsOfRenewals : GrantFinder.pathsOfRefreshes).occur(in: path)
            || drafts[index].body.bytes.prefix(GrantFinder.bodyLimit).withUnsafeBytes(CallerScanner.hasRefreshToken)
    }

    private static let pathsOfRenewals = AnyCaseWords("refresh", "renew", "extend")
    private static let pathsOfRefreshes = AnyCaseWords("refresh", "renew", "extend", "token")

    /// Whether a request registers a user, which works only once.
    private func isRegistration(_ index: Int) -> Bool {
        Registration.isMade(by: drafts[index], status: requests[index].expectedStatus)
    }

    /// Adds the finished grant, with the requests that renew it.
    private mutating func finish(_ index: Int) {
        let own = found[index]
        let number = grants.count
        var grant = Grant(credentials: own.credentials.sorted(), renewers: own.renewers)
        if own.isLogin {
            let later = Set(requests.suffix(from: own.renewers[0] + 1).flatMap(\.cookieNames))
            grant.cookies = own.cookies.intersection(later).sorted { $0.lexicographicallyPrecedes($1) }
        }
        guard !grant.credentials.isEmpty || !grant.cookies.isEmpty else { return }
        if let last = own.renewers.dropFirst().last { grant.refresh = add([last], for: number, own) }
        if !isRegistration(own.renewers[0]) { grant.login = add(loginSteps(own), for: number, own) }
        // A later renewal needs values that are valid then, whichever response gave them last.
        let needed = Set((grant.refresh.map { $0 } + grant.login).flatMap { renewalRequests[$0].neededValues })
        for renewer in own.renewers {
            notes[renewer].renews = number
            notes[renewer].lifetimes = lifetimes(in: renewer, own)
            for (place, family) in own.places {
                guard value(at: place, of: renewer) != nil else { continue }
                for value in own.families[family] where needed.contains(value) {
                    let source = ValueSource(value: value, locator: place)
                    if !notes[renewer].sources.contains(source) { notes[renewer].sources.append(source) }
                }
            }
        }
        grants.append(grant)
    }

    /// Adds copies of requests whose responses fill in the values that the grant has by then.
    private mutating func add(_ steps: [Int], for grant: Int, _ own: Found) -> Range<Int> {
        let start = renewalRequests.count
        let needed = Set(steps.flatMap { requests[$0].neededValues })
        for step in steps {
            var request = request(step)
            if step == steps.last {
                request.sources = []
                for (place, family) in own.places where value(at: place, of: step) != nil {
                    request.sources += own.families[family].map { ValueSource(value: $0, locator: place) }
                }
                request.sources.sort { ($0.value, $0.locator.description) < ($1.value, $1.locator.description) }
                request.lifetimes = lifetimes(in: step, own)
            } else {
                // A page on the way may give values that the session keeps using: those are left unchanged.
                request.sources = request.sources.filter { needed.contains($0.value) }
            }
            request.renews = grant
            request.isLastOfConnection = false
            renewalRequests.append(request)
        }
        return start..<renewalRequests.count
    }

    /// The login and the earlier requests that it depends on, without registrations, which work only once.
    private func loginSteps(_ own: Found) -> [Int] {
        var steps: Set<Int> = [own.renewers[0]]
        var open = [own.renewers[0]]
        while let step = open.popLast() {
            var sources: [Int] = requests[step].neededValues.compactMap { value in
                (0..<step).last { request($0).sources.contains { $0.value == value } }
            }
            let cookies = requests[step].cookieNames
            sources += cookies.compactMap { name in (0..<step).last { cookiesSet(by: $0).contains(name) } }
            for source in sources where !isRegistration(source) && steps.insert(source).inserted { open.append(source) }
            guard steps.count <= GrantFinder.stepLimit else { return [] }
        }
        return steps.sorted()
    }

    private func lifetimes(in index: Int, _ own: Found) -> [JSONPath] {
        var paths: [JSONPath] = []
        for (place, family) in own.places where own.families[family].contains(where: own.credentials.contains) {
            guard case .json(let path) = place else { continue }
            for sibling in TokenLifetime.siblings(of: path)
            where TokenLifetime.seconds(at: sibling, in: responseBodies[index]) != nil && !paths.contains(sibling) {
                paths.append(sibling)
            }
        }
        return paths
    }

    private mutating func noteCarried(_ number: Int) {
        let grant = grants[number]
        guard grant.isRenewable else { return }
        let (credentials, cookies, renewers) = (Set(grant.credentials), Set(grant.cookies), Set(grant.renewers))
        let first = grant.renewers.first.map { $0 + 1 } ?? 0
        for index in requests.indices.dropFirst(first) where !renewers.contains(index) {
            if requests[index].neededValues.contains(where: credentials.contains)
                || requests[index].cookieNames.contains(where: cookies.contains)
            {
                notes[index].grants.append(number)
            }
        }
    }
}
