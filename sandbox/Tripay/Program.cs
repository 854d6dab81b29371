using Webrana.Sandbox.Tripay;

try
{
    var options = TripaySimulatorOptions.FromConfiguration(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build());
    await using var simulator = await TripaySimulator.StartAsync(options);
    await simulator.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (exception is ArgumentException or IOException or InvalidDataException)
{
    // A missing key, a port in use, a state file of another version: a person reads this.
    Console.Error.WriteLine($"The Tripay simulator cannot start. {exception.Message}");
    return 1;
}
