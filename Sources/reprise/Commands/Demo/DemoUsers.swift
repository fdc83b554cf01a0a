import Foundation

/// A simulated user that calls the service with curl: registers, logs in, browses, posts, refreshes the token, logs
/// out.
///
/// Each call of curl opens its own connection, so a session spans several.
struct DemoUser {
    let number: Int
    let url: String
    /// Pause between calls, in seconds.
    let pause: Double

    private struct Tokens: Decodable {
        var access: String
        var refresh: String

        enum CodingKeys: String, CodingKey {
            case access = "access_token"
            case refresh = "refresh_token"
        }
    }

    private struct Created: Decodable {
        var id: String
    }

    /// Makes all of the user's calls, in order; blocks until they are done.
    func live() throws {
        let credentials = #"{"username":"visitor\#(number)@example.com","password":"demo-pass-\#(number)"}"#
        let entry = try call(post("/auth/register", credentials) + ["--next"] + post("/auth/login", credentials))
        var tokens = try last(Tokens.self, in: entry)
        _ = try call(get("/api/protected", tokens) + ["--next"] + get("/api/v1/items?limit=10", tokens))
        for round in 0..<3 {
            let item = #"{"name":"note \#(round) of visitor \#(number)"}"#
            let created = try last(Created.self, in: call(post("/api/v1/items", item, tokens)))
            _ = try call(get("/api/v1/items/\(created.id)", tokens) + ["--next"] + get("/api/v1/items", tokens))
        }
        // The old token is sent again on the connection that returns its successor.
        let refresh = #"{"refresh_token":"\#(tokens.refresh)"}"#
        let renewed = try call(get("/api/protected", tokens) + ["--next"] + post("/auth/refresh", refresh))
        tokens = try last(Tokens.self, in: renewed)
        _ = try call(get("/api/v1/items?limit=5&offset=5", tokens) + ["--next"] + get("/api/protected", tokens))
        _ = try call(post("/auth/logout", "", tokens))
    }

    private func get(_ path: String, _ tokens: Tokens) -> [String] { request(path, tokens) }

    private func post(_ path: String, _ body: String, _ tokens: Tokens? = nil) -> [String] {
        ["--data", body, "--header", "Content-Type: application/json"] + request(path, tokens)
    }

    private func request(_ path: String, _ tokens: Tokens?) -> [String] {
        // One response per line, so that the last one can be found.
        var arguments = ["--silent", "--max-time", "20", "--write-out", "\n"]
        if let tokens { arguments += ["--header", "Authorization: Bearer \(tokens.access)"] }
        return arguments + [url + path]
    }

    private func call(_ arguments: [String]) throws -> [UInt8] {
        let (code, output) = try ChildProcess.run("curl", arguments)
        guard code == 0 else { throw CommandFailure("curl ended with code \(code)") }
        Thread.sleep(forTimeInterval: pause)
        return output
    }

    private func last<Value: Decodable>(_ type: Value.Type, in output: [UInt8]) throws -> Value {
        let line = output.split(separator: UInt8(ascii: "\n")).last ?? []
        do {
            return try JSONDecoder().decode(type, from: Data(line))
        } catch {
            throw CommandFailure("the response of sample-api is not what the demo expects")
        }
    }
}

/// Many simulated users at once.
enum DemoUsers {
    /// Runs `count` users, their starts spread over `spread` seconds; returns when the last one is done.
    ///
    /// - Throws: the first error of any user.
    static func live(count: Int, url: String, spread: Double, pause: Double) throws {
        let group = DispatchGroup()
        let problems = Problems()
        for number in 1...count {
            group.enter()
            let thread = Thread {
                Thread.sleep(forTimeInterval: spread * Double(number - 1) / Double(count))
                do {
                    try DemoUser(number: number, url: url, pause: pause).live()
                } catch {
                    problems.add(error)
                }
                group.leave()
            }
            thread.start()
        }
        group.wait()
        if let problem = problems.first { throw problem }
    }

    private final class Problems: @unchecked Sendable {
        private let lock = NSLock()
        private var errors: [any Error] = []

        func add(_ error: any Error) { lock.withLock { errors.append(error) } }
        var first: (any Error)? { lock.withLock { errors.first } }
    }
}
