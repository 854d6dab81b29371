namespace Webrana.Sandbox.Launcher.Services;

/// <summary>A process of the sandbox, before it is started.</summary>
/// <param name="Role">`silo-1`, `api` …; also the name of its log.</param>
/// <param name="Program">The built .dll.</param>
/// <param name="Arguments">After the program.</param>
/// <param name="Environment">On top of the launcher's own.</param>
/// <param name="Health">Answers 200 when it is ready.</param>
public sealed record ServiceSpec(
    string Role, string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, Uri Health);
