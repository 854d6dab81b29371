using Webrana.Chaos;
using Webrana.Sandbox.Launcher;

try
{
    var options = ChaosOptions.Parse(args);
    if (options is null)
    {
        await Console.Out.WriteLineAsync(ChaosOptions.Usage);
        return 2;
    }

    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        stop.Cancel();
    };
    return (await ChaosRun.RunAsync(options, Console.Out, stop.Token)).Sound ? 0 : 1;
}
catch (LauncherException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
