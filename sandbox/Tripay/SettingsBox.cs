namespace Webrana.Sandbox.Tripay;

/// <summary>The settings in force.</summary>
sealed class SettingsBox
{
    volatile SimulatorSettings _current = new();

    public SimulatorSettings Current
    {
        get => _current;
        set => _current = value;
    }
}
