import Foundation

/// The targets of the package and their dependencies, from its manifest.
struct PackageTargets: Sendable {

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
    private let direct: [String: [String]]
    private let code: Set<String>

    /// Reads the manifest of the package in a folder.
    init(folder: String) throws {
        let ran = try Command(["swift", "package", "dump-package"], in: folder).run()
        guard let begin = ran.output.firstIndex(where: { $0.hasPrefix("{") }) else {
            throw ToolError("swift package dump-package: \(ran.output.last ?? "no output")")
        }
        let text = ran.output[begin...].joined(separator: "\n")
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
        package = manifest.name
        direct = Dictionary(
            uniqueKeysWithValues: manifest.targets.map { target in
                (target.name, target.dependencies.compactMap { $0.byName?.first ?? nil })
            })
        code = Set(manifest.targets.filter { $0.type == "regular" || $0.type == "executable" }.map(\.name))
    }

    /// All dependencies of a target, without the target itself.
    func needed(by target: String) -> Set<String> {
        var reached: Set<String> = []
        var open = direct[target] ?? []
        while let name = open.popLast() {
            if reached.insert(name).inserted { open += direct[name] ?? [] }
        }
        return reached
    }

    /// The targets with Swift code in layers: each depends only on earlier ones.
    func layers(of wanted: Set<String>) -> [[String]] {
        var rest = wanted.intersection(code)
        var layers: [[String]] = []
        while !rest.isEmpty {
            let layer = rest.filter { needed(by: $0).isDisjoint(with: rest) }.sorted()
            layers.append(layer)
            rest.subtract(layer)
            if layer.isEmpty { break }
        }
        return layers
    }
}
