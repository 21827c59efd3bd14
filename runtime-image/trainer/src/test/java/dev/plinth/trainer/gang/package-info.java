/** Tests with real processes: gangs of trainers on loopback, and a small stand-in for the operator's end of the reports. */
package dev.plinth.trainer.gang;
