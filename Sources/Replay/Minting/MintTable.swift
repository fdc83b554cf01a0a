internal import Formats
internal import Plan
internal import Traffic

/// The values of each script that take long to make and are therefore made ahead: slow signatures, and values from a
/// command.
struct MintTable: Sendable {
    /// A token of a script.
    struct Entry: Sendable {
        /// Index into the script's values.
        var value: Int
        /// The first and the last request that need it.
        var firstRequest: Int
        var lastRequest: Int
        /// When the first of them is due, in nanoseconds after the clone.
        var firstDueNs: Int64
        var maker: Maker
        /// Its lifetime in seconds; nil if it is unknown.
        var lifetimeSeconds: Int64? {
            if case .recipe(let recipe) = maker { recipe.lifetimeSeconds } else { nil }
        }
    }

    /// The maker of a value.
    enum Maker: Sendable {
        case recipe(TokenRecipe)
        /// The user's command, asked for the value with this name.
        case command(String)

        init?(_ value: ValueRecipe) {
            switch value {
            case .minted(let recipe) where recipe.algorithm.isSlow: self = .recipe(recipe)
            case .asked(let name): self = .command(name)
            case .minted, .bound, .identity, .signature, .aws, .origin: return nil
            }
        }
    }

    private let entries: [[Entry]]
    /// Whether there are no such values.
    let isEmpty: Bool
    /// Whether a command signs requests.
    let hasSignatures: Bool

    init(plan: ReplayPlan) {
        entries = plan.scripts.map { script in
            script.values.indices.compactMap { value in
                guard let maker = Maker(script.values[value]),
                    let first = script.requests.firstIndex(where: { $0.neededValues.contains(value) }),
                    let last = script.requests.lastIndex(where: { $0.neededValues.contains(value) })
                else { return nil }
                return Entry(
                    value: value, firstRequest: first, lastRequest: last,
                    firstDueNs: plan.options.speed.scaled(script.requests[first].offsetNs), maker: maker)
            }
        }
        hasSignatures = plan.scripts.contains { script in
            script.values.contains { value in
                if case .signature = value { true } else { false }
            }
        }
        isEmpty = !hasSignatures && entries.allSatisfy(\.isEmpty)
    }

    subscript(script: Int) -> [Entry] { entries[script] }

    func entry(_ value: Int, ofScript script: Int) -> Entry? { entries[script].first { $0.value == value } }
}

/// How long a token is made before it is needed, or before it expires.
enum MintLead {
    /// The longest time between making a token and its first use.
    static let longestSeconds: Int64 = 30

    /// How long a token of this lifetime is made before its first use, in seconds: at most a quarter of its lifetime.
    static func ahead(lifetimeSeconds: Int64?) -> Int64 {
        min(longestSeconds, max(1, (lifetimeSeconds ?? .max) / 4))
    }

    /// The same in nanoseconds.
    static func aheadNs(lifetimeSeconds: Int64?) -> Int64 {
        ahead(lifetimeSeconds: lifetimeSeconds) * Nanoseconds.perSecond
    }

    /// How long before its expiry a token is replaced if it is signed on use, in seconds.
    static func margin(lifetimeSeconds: Int64?) -> Int64 { min(5, max(1, (lifetimeSeconds ?? .max) / 4)) }
}
