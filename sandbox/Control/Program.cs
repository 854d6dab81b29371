using Webrana.Sandbox.Control;

await using var app = ControlApp.Build(args, ControlOptions.FromEnvironment(args));
await app.RunAsync();
