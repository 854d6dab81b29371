namespace Webrana.Sandbox.Launcher;

/// <summary>Something the person at the keyboard can put right; its message says how. Anything else is a bug and shows its stack.</summary>
public sealed class LauncherException(string message) : Exception(message);
