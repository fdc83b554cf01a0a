import Foundation

/// Which test targets may notice a change to a target.
struct TestTargets {

    private struct Manifest: Decodable {
        var name: String
        var targets: [Target]
    }

    private struct Target: Decodable {
        var name: String
        var type: String
        var dependencies: [Dependency]
    }

    private struct Dependency: Decodable {
        var byName: [String?]?

        private enum Keys: String, CodingKey { case byName }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Keys.self)
            // A name and a condition.
            var parts = try? values.nestedUnkeyedContainer(forKey: .byName)
            byName = (try? parts?.decode(String.self)).map { [$0] }
        }
    }

    /// The name of the package.
    let package: String
    private let needed: [String: Set<String>]
    private let direct: [String: Set<String>]
    private let tests: [String]

    /// Reads the manifest of the package in a folder.
    init(folder: String) throws {
        let ran = try Command(["swift", "package", "dump-package"], in: folder).run()
        guard let begin = ran.output.firstIndex(where: { $0.hasPrefix("{") }) else {
            throw ToolError("swift package dump-package: \(ran.output.last ?? "no output")")
        }
        let text = ran.output[begin...].joined(separator: "\n")
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
        package = manifest.name
        let direct = Dictionary(
            uniqueKeysWithValues: manifest.targets.map { target in
                (target.name, Set(target.dependencies.compactMap { $0.byName?.first ?? nil }))
            })
        self.direct = direct
        tests = manifest.targets.filter { $0.type == "test" }.map(\.name)
        needed = Dictionary(
            uniqueKeysWithValues: tests.map { test in
                var reached: Set<String> = []
                var open = Array(direct[test] ?? [])
                while let name = open.popLast() {
                    if reached.insert(name).inserted { open += direct[name] ?? [] }
                }
                return (test, reached)
            })
    }

    /// The tests of the target itself, then those of all that depends on it, the cheaper first.
    func groups(for target: String) -> (own: [String], dependants: [String]) {
        let reaching = tests.filter { needed[$0]?.contains(target) == true }
        var own = reaching.filter { $0.lowercased() == "\(target)tests".lowercased() }
        if own.isEmpty { own = reaching.filter { direct[$0]?.contains(target) == true } }
        return (own, reaching.filter { !own.contains($0) })
    }
}
