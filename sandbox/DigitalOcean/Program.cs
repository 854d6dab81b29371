using System.Globalization;
using Webrana.Sandbox.DigitalOcean;

// DIGITALOCEAN_TOKEN=… Webrana.Sandbox.DigitalOcean --urls http://127.0.0.1:5002 [--state FILE] [--action-seconds N]
var configuration = new ConfigurationBuilder().AddCommandLine(args).Build();
var tokens = (Environment.GetEnvironmentVariable("DIGITALOCEAN_TOKEN") ?? "")
    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
try
{
    await using var simulator = await DigitalOceanSimulator.StartAsync(new DigitalOceanSimulatorOptions
    {
        Urls = configuration["urls"] ?? "http://127.0.0.1:5002",
        Tokens = tokens,
        StateFile = configuration["state"],
        ActionSeconds = double.Parse(configuration["action-seconds"] ?? "3", CultureInfo.InvariantCulture),
        Verbose = true,
    });
    Console.WriteLine($"DigitalOcean simulator listens on {simulator.BaseUrl}");
    await simulator.WaitForShutdownAsync();
    return 0;
}
catch (ArgumentException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
