// The engine loads the folder by this file. It is JavaScript so that nothing compiles it; Node erases the types of the rest.
import "./crossGuard.ts";
