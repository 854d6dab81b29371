using Webrana.Sandbox.Launcher.Commands;

return await CommandLine.RunAsync(args, Console.Out);
