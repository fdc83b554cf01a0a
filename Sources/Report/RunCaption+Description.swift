import Formats
public import Measurement

extension RunCaption {
    /// The caption from a run's description: known settings first, in a fixed order, then others by name, then when it
    /// began and whether sends waited for responses.
    ///
    /// - Parameter folder: the path of the run's folder; its last part is the title.
    public init(folder: String, of run: RunDescription) {
        let known: [(key: String, name: String)] = [
            ("log", "Recording"), ("targets", "Target"), ("target", "Target"), ("speed", "Speed"),
            ("sessions", "Sessions"), ("copies", "Copies"), ("pacing", "Pacing"), ("ramp", "Ramp"), ("for", "For"),
            ("seed", "Seed"),
        ]
        // Settings may be stored in the form of options: `--speed`.
        let settings = Dictionary(
            run.settings.map { (String($0.key.drop { $0 == "-" }), $0.value) }, uniquingKeysWith: { first, _ in first })
        var facts = known.compactMap { key, name in
            settings[key].flatMap {
                $0.isEmpty ? nil : Fact(name: name, value: Self.words(key, $0))
            }
        }
        let keys = Set(known.map(\.key))
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) where !keys.contains(key) && !value.isEmpty {
            facts.append(Fact(name: Self.name(key), value: Self.words(key, value)))
        }
        if run.isClosedLoop { facts.append(Fact(name: "Load", value: "closed loop")) }
        facts.append(Fact(name: "Started", value: UTCDateTime(secondsSinceEpoch: run.startedAt)?.text ?? "–"))
        let name = folder.split(separator: "/").last { $0 != "." }
        self.init(title: name.map(String.init) ?? folder, facts: facts)
    }

    /// The displayed name of a setting.
    private static func name(_ key: String) -> String {
        key == "order" ? "Each request waits for" : key.prefix(1).uppercased() + key.dropFirst()
    }

    /// The value of a setting in words that can be understood without the manual.
    private static func words(_ key: String, _ value: String) -> String {
        switch (key, value) {
        case ("speed", _) where Double(value) != nil: value + "×"
        case ("pacing", "timeline"): "recorded times (timeline)"
        case ("pacing", "think"): "recorded pauses (think)"
        case ("order", "all"): "all earlier responses of its session"
        case ("order", "values"): "responses whose values it uses"
        case ("transport", "auto"): "sockets, or libcurl for HTTP/2 and proxies (auto)"
        case ("transport", "wire"): "sockets (wire)"
        case ("transport", "curl"): "libcurl (curl)"
        case ("connections", "recorded"): "as recorded"
        case ("connections", "one"): "one per session and target"
        default: value
        }
    }
}
