/// The code that is added to each target of the copy: the switch that turns one mutant on.
public enum MutantSwitch {

    /// The name of the file, in the folder of the target.
    public static let fileName = "MutantSwitch.swift"
    /// The environment variable with the number of the mutant that is on.
    public static let activeVariable = "REPRISE_MUTANT"
    /// The environment variable with a file of `reachedBytes` bytes: the byte of each mutant that a run reaches is set.
    public static let reachedVariable = "REPRISE_MUTANTS_REACHED"
    /// Numbers are below this.
    public static let reachedBytes = 1 << 16

    public static let source = """
        private import Glibc

        private struct MutantState: @unchecked Sendable {
            var active: Int
            var reached: UnsafeMutablePointer<UInt8>?
        }

        private let mutantState: MutantState = {
            var state = MutantState(active: -1, reached: nil)
            if let text = getenv("\(activeVariable)") { state.active = atol(text) }
            if let name = getenv("\(reachedVariable)") {
                let file = open(name, O_RDWR)
                let bytes = mmap(nil, \(reachedBytes), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                if let bytes, bytes != MAP_FAILED { state.reached = bytes.assumingMemoryBound(to: UInt8.self) }
                close(file)
            }
            return state
        }()

        func __mutant(_ number: Int) -> Bool {
            if let reached = mutantState.reached { reached[number] = 1 }
            return number == mutantState.active
        }

        """
}
