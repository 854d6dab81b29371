using Webrana.Sandbox.Tripay;

var options = TripaySimulatorOptions.FromConfiguration(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build());
await using var simulator = await TripaySimulator.StartAsync(options);
await simulator.WaitForShutdownAsync();
